/** A login's PATH often lacks the directories of criu, runc and iptables. */
const SYSTEM_PATHS = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a login over ssh has, so that a command finds the same on this machine as on any other. */
const INHERITED = ['HOME', 'USER', 'LOGNAME', 'SHELL'];

/** Messages are parsed: they must not depend on whose locale it is. C is the one that exists everywhere. */
const LOCALE = 'C';

/** bash takes a socket on its standard input for a login from far away, and then runs `.bashrc`, but for a shell within a shell. */
const SHELL_LEVEL = '2';

/** Relative paths mean the same on each host, and no command keeps a file system busy. */
export const WORKING_DIRECTORY = '/';

export const localEnvironment = (): Record<string, string> => {
  const kept = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const path = process.env['PATH'];
  return {
    ...Object.fromEntries(kept),
    PATH: path === undefined || path === '' ? SYSTEM_PATHS : `${path}:${SYSTEM_PATHS}`,
    LC_ALL: LOCALE,
    SHLVL: SHELL_LEVEL,
  };
};

/** The same for a login shell, which has the rest already. */
export const SHELL_ENVIRONMENT: string = `cd ${WORKING_DIRECTORY}; PATH=\${PATH:+$PATH:}${SYSTEM_PATHS}; LC_ALL=${LOCALE}; SHLVL=${SHELL_LEVEL}; export PATH LC_ALL SHLVL`;
