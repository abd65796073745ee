/** What the door knows of a script in `transport/scripts/`. */
interface Script {
  /**
   * The arguments in order, named as in the line of usage in the script's head. `NAME` is a text, `NAME:number` a whole number,
   * `NAME:ONE|OTHER` one of these words. Only the last may be `[NAME]`, which may be left out, or `NAME...`, any number of them.
   */
  readonly arguments: string;
  /**
   * What the script prints on standard output: `words` (one a line, read by `followMilestones`; other lines may come between them),
   * `records` (`key value`, one a line, read by `parseRecords`), `answers` (a line for each line of input), or `lines` and `text`
   * in a form of their own, which the script's head says and its caller reads.
   */
  readonly output: 'nothing' | 'records' | 'answers' | 'lines' | 'text';
  /** The words that it reads on standard input, one a line, with what follows them. Without `input` it reads nothing. */
  readonly input?: readonly string[];
  /** Seconds without a line after which it takes its caller for gone. `PRECOPY_SILENCE` changes them, for tests. */
  readonly silence?: number;
}

/** A script whose output is words. */
interface SpeakingScript extends Omit<Script, 'output'> {
  readonly output: 'words';
  readonly words: readonly string[];
}

/**
 * Every script that runs on hosts. A new one is an entry here and a file `transport/scripts/NAME.sh`.
 *
 * One rule for the input of all scripts with `input`:
 * - The end of input says that the caller is done, or gone. The script then stops what it does for the caller, lifts what it has set,
 *   and ends. Only a keeper that has been told `hand-over`, or whose restore is claimed, goes on: from there on the hosts decide.
 * - A line that the script does not know changes nothing. It shows that the caller is alive: `beat` is for that.
 * - A script whose caller can be gone without an end of input, and that keeps a container stopped or locked, takes `silence`
 *   seconds without a line for the end of input. Its caller sends `beat` at least four times as often.
 */
export const catalogue = {
  carried: { arguments: 'MUX PORT:number', output: 'records' },
  'container-facts': { arguments: 'PID:number ROOTFS', output: 'records' },
  'destination-hold': { arguments: '', output: 'nothing' },
  'dirty-profile': {
    arguments: 'DIRECTORY PID:number START CGROUP MS:number...',
    output: 'lines',
    input: [],
  },
  'discard-destination': { arguments: 'DIRECTORY [MOUNTED]', output: 'nothing' },
  'docker-daemon': { arguments: 'INSTALLED', output: 'records' },
  'docker-daemon-configure': {
    arguments: 'PID:number CONFIG FORMER CANDIDATE RUNTIME PATH',
    output: 'nothing',
  },
  'docker-exec-root': { arguments: '', output: 'records' },
  'docker-runtime': { arguments: 'ARGUMENT...', output: 'text' },
  'docker-runtime-users': { arguments: 'RUNTIME', output: 'lines' },
  'end-copy': { arguments: 'DIRECTORY', output: 'nothing' },
  'end-dump': { arguments: 'PID:number', output: 'nothing' },
  'final-dump': {
    arguments: 'DIRECTORY PID:number COMMAND...',
    output: 'words',
    words: ['frozen', 'held', 'killed', 'thawed', 'resumed'],
    input: ['hand-over', 'thaw', 'settled', 'beat'],
    silence: 15,
  },
  'forget-container': { arguments: 'ROOT ID', output: 'nothing' },
  'forget-parked': { arguments: 'ID', output: 'nothing' },
  'forget-restore': { arguments: 'DIRECTORY', output: 'nothing' },
  gate: { arguments: '', output: 'text' },
  'give-verdict': { arguments: 'DIRECTORY VERDICT:resume|discard|restore', output: 'nothing' },
  'hand-over': {
    arguments: '[WORD]',
    output: 'words',
    words: ['ready', 'prepared', 'resumed', 'failed'],
    input: ['restore', 'resume', 'discard'],
  },
  'hold-lock': {
    arguments: 'DIRECTORY CGROUP',
    output: 'words',
    words: ['held'],
    input: ['beat'],
    silence: 60,
  },
  'host-facts': { arguments: 'RUNTIME IMAGES_DIRECTORY ROLE:source|destination', output: 'records' },
  'host-keys': { arguments: '', output: 'lines' },
  'make-certificate': { arguments: 'DIRECTORY', output: 'text' },
  'make-destination-directory': { arguments: 'DIRECTORY MIGRATION FILES...', output: 'nothing' },
  'make-source-directory': { arguments: 'DIRECTORY MIGRATION OWNER', output: 'nothing' },
  'measure-link': { arguments: 'MUX PORT:number DESTINATION', output: 'records' },
  'migration-facts': { arguments: 'DIRECTORY', output: 'lines' },
  'newest-log': { arguments: 'DIRECTORY', output: 'text' },
  pace: { arguments: 'DIRECTORY MUX PORT:number', output: 'answers', input: ['rate', 'pages'] },
  'page-server': {
    arguments: 'DIRECTORY PARENT ADDRESS PORT:number OPTION...',
    output: 'words',
    words: ['listening'],
    input: [],
  },
  'parked-docker': {
    arguments: 'DIRECTORY ID',
    output: 'words',
    words: ['parked', 'prepared', 'resumed'],
    input: ['resume', 'discard'],
  },
  'parked-restore': {
    arguments: 'DIRECTORY LOG COMMAND...',
    output: 'words',
    words: ['parked', 'prepared', 'resumed'],
    input: ['resume', 'discard'],
  },
  'process-facts': { arguments: 'PID:number START CGROUP', output: 'lines' },
  'prove-hold': { arguments: 'ROLE:source|destination IMAGES_DIRECTORY', output: 'lines' },
  'received-images': {
    arguments: 'DIRECTORY CONFIG MOST:number',
    output: 'words',
    words: ['ready', 'sent', 'noted'],
    input: ['send', 'verified'],
  },
  'remove-directory': { arguments: 'DIRECTORY MIGRATION', output: 'nothing' },
  'sample-memory': { arguments: 'PID:number CGROUP', output: 'lines' },
  'ship-image': { arguments: 'MUX DESTINATION IMAGE PRESENT:number', output: 'text', input: [] },
  'ship-images': {
    arguments: 'DIRECTORY MUX DESTINATION',
    output: 'words',
    words: ['ready'],
    input: ['ship'],
  },
  'source-hold': { arguments: '', output: 'nothing' },
} as const;

export type ScriptName = keyof typeof catalogue;

type OneOf<Words> = Words extends `${infer First}|${infer Others}` ? First | OneOf<Others> : Words;

type ValueOf<Argument> = Argument extends `${string}:number`
  ? number
  : Argument extends `${string}:${infer Words}`
    ? OneOf<Words>
    : string;

type ValuesOf<Arguments> = Arguments extends ''
  ? readonly []
  : Arguments extends `${infer First} ${infer Others}`
    ? readonly [ValueOf<First>, ...ValuesOf<Others>]
    : Arguments extends `${infer Last}...`
      ? readonly ValueOf<Last>[]
      : Arguments extends `[${infer Last}]`
        ? readonly [value?: ValueOf<Last>]
        : readonly [ValueOf<Arguments>];

/** The arguments of a script, in order. A call with one missing, or with one too many, does not compile. */
export type ScriptValues<Name extends ScriptName> = ValuesOf<(typeof catalogue)[Name]['arguments']>;

type Speaker = {
  [Name in ScriptName]: (typeof catalogue)[Name] extends { readonly words: unknown } ? Name : never;
}[ScriptName];

/** The words that a script says, for `followMilestones`. */
export const wordsOf = <Name extends Speaker>(name: Name): (typeof catalogue)[Name]['words'] =>
  catalogue[name].words;

const scripts: Readonly<Record<ScriptName, Script | SpeakingScript>> = catalogue;

/** The arguments of a script as its line of usage has them. */
export const usageOf = (name: ScriptName): string => scripts[name].arguments.replace(/:[\w|]+/g, '');
