/** A login's PATH often lacks the directories of criu, runc and iptables. */
const SYSTEM_PATHS = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The variables that a login over ssh has, so that commands find the same environment on this machine. */
const INHERITED = ['HOME', 'USER', 'LOGNAME', 'SHELL'];

/**
 * precopy parses messages: they must not depend on the user's locale. Only the locale C exists everywhere.
 */
const LOCALE = 'C';

/**
 * bash treats a socket on its standard input as a remote login and then runs `.bashrc`. A shell within a
 * shell does not.
 */
const SHELL_LEVEL = '2';

/** Relative paths mean the same on every host, and no command keeps a file system busy. */
export const WORKING_DIRECTORY = '/';

export const localEnvironment = (): Record<string, string> => {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const path = process.env['PATH'];
  return {
    ...Object.fromEntries(inherited),
    PATH: path === undefined || path === '' ? SYSTEM_PATHS : `${path}:${SYSTEM_PATHS}`,
    LC_ALL: LOCALE,
    SHLVL: SHELL_LEVEL,
  };
};

/** Sets the same environment in a login shell, which has the variables of a login already. */
export const SHELL_ENVIRONMENT: string = `cd ${WORKING_DIRECTORY}; PATH=\${PATH:+$PATH:}${SYSTEM_PATHS}; LC_ALL=${LOCALE}; SHLVL=${SHELL_LEVEL}; export PATH LC_ALL SHLVL`;
