import { isZombie } from '../chain/tasks.ts';
import { messageIn, numberIn, numbersIn, textIn } from '../protobuf/fields.ts';
import type { Message } from '../protobuf/message.ts';
import { below } from './below.ts';
import type { Problems } from './problems.ts';
import { type Contents, messagesOf } from './references.ts';

/** No kernel gives a higher one. */
const LAST_PID = 4_194_304;

const TREE = 'pstree.img';

const isPid = (pid: number): boolean => pid >= 1 && pid <= LAST_PID;

const threadsOf = ({ images }: Contents, entry: Message): readonly number[] => {
  const pid = numberIn(entry, 'pid') ?? 0;
  const [core] = messagesOf(images, `core-${pid}.img`);
  // The numbers of a zombie's threads are none.
  return core === undefined || isZombie(core) ? [pid] : numbersIn(entry, 'threads');
};

const verifyNumbers = (contents: Contents, tree: readonly Message[], problems: Problems): void => {
  const seen = new Set<number>();
  for (const entry of tree) {
    const pid = numberIn(entry, 'pid') ?? 0;
    const threads = threadsOf(contents, entry);
    if (!threads.includes(pid)) problems.add('forged', TREE, `process ${pid} is none of its threads`);
    for (const thread of threads) {
      if (!isPid(thread)) problems.add('forged', TREE, `${thread} is the number of no task`);
      if (seen.has(thread)) problems.add('forged', TREE, `there are two tasks ${thread}`);
      seen.add(thread);
    }
  }
};

/** One root, and every process below it. */
const verifyShape = (tree: readonly Message[], problems: Problems): void => {
  const parents = new Map(tree.map((entry) => [numberIn(entry, 'pid') ?? 0, numberIn(entry, 'ppid') ?? 0]));
  const roots = [...parents].filter(([, parent]) => parent === 0).map(([pid]) => pid);
  const [root] = roots;
  if (root === undefined || roots.length > 1) {
    problems.add('forged', TREE, `has ${roots.length} processes without a parent, not one`);
    return;
  }
  const known = below(root, parents);
  for (const entry of tree) {
    const pid = numberIn(entry, 'pid') ?? 0;
    if (!known.has(pid)) problems.add('forged', TREE, `process ${pid} is not below process ${root}`);
    for (const field of ['pgid', 'sid']) {
      const id = numberIn(entry, field) ?? 0;
      if (id > LAST_PID) problems.add('forged', TREE, `process ${pid} has the ${field} ${id}, which is none`);
    }
  }
};

const ofTasks = /^(core|ids|mm|fs|pagemap)-(\d+)\.img$/;

/** Images of tasks that the tree does not have. */
const verifyStrays = ({ round, images }: Contents, tree: readonly Message[], problems: Problems): void => {
  const pids = new Set(tree.map((entry) => numberIn(entry, 'pid')));
  const tasks = new Set([...pids, ...tree.flatMap((entry) => numbersIn(entry, 'threads'))]);
  for (const name of round.files.keys()) {
    const [, stem, id] = ofTasks.exec(name) ?? [];
    if (stem === undefined) continue;
    const known = (stem === 'core' ? tasks : pids).has(Number(id));
    if (!known) problems.add('forged', name, `is of task ${id}, which is not in ${TREE}`);
  }
  for (const { pid } of locksIn(images)) {
    if (!pids.has(pid))
      problems.add('forged', 'filelocks.img', `process ${pid}, which locks, is not in ${TREE}`);
  }
};

const locksIn = (images: Contents['images']): readonly { readonly pid: number }[] =>
  messagesOf(images, 'filelocks.img').map((lock) => ({ pid: numberIn(lock, 'pid') ?? 0 }));

const verifyTable = (
  { files }: Contents,
  name: string,
  descriptors: readonly Message[],
  problems: Problems,
): void => {
  const seen = new Set<number>();
  for (const descriptor of descriptors) {
    const fd = numberIn(descriptor, 'fd') ?? 0;
    if (fd > 0x7fffffff) problems.add('forged', name, `${fd} is the number of no descriptor`);
    if (seen.has(fd)) problems.add('forged', name, `descriptor ${fd} is there twice`);
    seen.add(fd);
    const file = files.get(numberIn(descriptor, 'id') ?? 0);
    const type = textIn(descriptor, 'type');
    if (file !== undefined && file.type !== type)
      problems.add(
        'forged',
        name,
        `descriptor ${fd} is of type ${type}, its file ${file.id} of ${file.type}`,
      );
  }
};

/** Descriptors of each table: each once, and of the type that their file has. */
const verifyTables = (contents: Contents, problems: Problems): void => {
  for (const name of contents.images.keys())
    if (contents.images.get(name)?.type.name === 'FDINFO')
      verifyTable(contents, name, messagesOf(contents.images, name), problems);
};

/** The tree is one, and nothing is there that it does not lead to. */
export const verifyTree = (contents: Contents, problems: Problems): void => {
  const tree = messagesOf(contents.images, TREE);
  // A pre-dump has none.
  if (tree.length === 0) return;
  verifyShape(tree, problems);
  verifyNumbers(contents, tree, problems);
  verifyStrays(contents, tree, problems);
  verifyTables(contents, problems);
  const [root] = tree.filter((entry) => numberIn(entry, 'ppid') === 0);
  const [core] = messagesOf(contents.images, `core-${numberIn(root ?? {}, 'pid')}.img`);
  if (core !== undefined && messageIn(core, 'tc') !== undefined && isZombie(core)) {
    problems.add('forged', TREE, 'its first process has ended');
  }
};
