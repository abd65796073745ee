import { spawn } from 'node:child_process';
import type { ProcessIdentity } from './processes.ts';

/**
 * Runs a command in a process group of its own. With an owner, the group is killed and a directory removed once the owner
 * is gone, however it went: a `kill -9` leaves nothing behind either. SIGTERM kills the group. Whoever is to be able to
 * end it later finds the tether and the command in the record, a line "PID START" each.
 */
const script = `
record=$1 owner=$2 owner_start=$3 remove=$4; shift 4
stat_of() {
  { read -r stat < "/proc/$1/stat"; } 2> /dev/null || return 1
  set -f; set -- \${stat##*) }
  state=$1 start=\${20}
}
owner_lives() { stat_of "$owner" && [ "$state" != Z ] && [ "$start" = "$owner_start" ]; }
end_command() { kill -KILL "-$command" || kill -KILL "$command"; }

trap '[ -z "$command" ] || end_command' TERM
command=
setsid "$@" < /dev/null &
command=$!
if [ -n "$record" ]; then
  { stat_of $$ && echo "$$ $start"; stat_of "$command" && echo "$command $start"; } > "$record.new" &&
    mv "$record.new" "$record"
fi
# What the shell has to say of killed jobs is of no use to anybody.
exec > /dev/null 2>&1
watcher=
if [ -n "$owner" ]; then
  (while owner_lives; do sleep 0.25; done; end_command) &
  watcher=$!
fi
while
  wait "$command"; status=$?
  [ "$status" -gt 128 ] && stat_of "$command"
do :; done
[ -z "$watcher" ] || kill -KILL "$watcher"
[ -z "$owner" ] || owner_lives || rm -rf --one-file-system -- "$remove"
exit "$status"
`;

export interface Tether {
  readonly argv: readonly [string, ...string[]];
  /** Written once the command runs. */
  readonly record?: string;
  readonly owner?: { readonly process: ProcessIdentity; readonly removeWithIt: string };
}

/** The arguments that make `sh` run it. */
export const tetherArguments = ({ argv, record, owner }: Tether): readonly string[] => {
  const tied =
    owner === undefined
      ? ['', '', '']
      : [String(owner.process.pid), owner.process.startTime, owner.removeWithIt];
  return ['-c', script, 'precopy-lab-tether', record ?? '', ...tied, ...argv];
};

/** Starts it in the background, where it stays when this process ends. Its output goes to the file `output`. */
export const startTethered = (
  tether: Tether,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly output: number },
): void => {
  spawn('sh', tetherArguments(tether), {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    detached: true,
    stdio: ['ignore', options.output, options.output],
  }).unref();
};
