import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { FileSync, Link } from '../../engine/ports/link.ts';
import { hotFiles } from './hot-files.ts';
import { type Modules, modulePath, writeModules } from './modules.ts';
import { parkRsync, syncResult } from './parked-rsync.ts';
import { EVERYTHING, rsyncArgv, rsyncFilesArgv } from './rsync.ts';
import { remoteName, sharedSsh } from './ssh-master.ts';

/** Syncs files from source to destination over the open connection. */
export const fileSync = (source: Host, destination: Host): Pick<Link, 'syncFiles' | 'parkFileSync'> => {
  let modules: Modules = new Map();

  const commandFor = (plan: Plan, root: FileRoot): TreeCommand => {
    const renamed = { ...root, to: modulePath(modules, root.to) };
    const argv = rsyncArgv({ root: renamed, shell: sharedSsh(plan), destination: remoteName(plan) });
    return { argv, names: root.kind === 'tree' ? EVERYTHING : '' } as const;
  };

  const runInTurn = async (
    syncs: readonly RsyncCommand[],
    signal?: AbortSignal,
  ): Promise<readonly FileSync[]> => {
    const done: FileSync[] = [];
    for (const { argv, names } of syncs)
      done.push(syncResult(source, argv, await source.probe({ argv, stdin: names }, signal)));
    return done;
  };

  const hotFileCommands = async (
    plan: Plan,
    roots: readonly FileRoot[],
  ): Promise<readonly RsyncCommand[]> => {
    const hot = await hotFiles(source, plan.container.cgroupPath, roots);
    return hot.map(({ from, to, names }) => {
      const pair = { from, to: modulePath(modules, to) };
      const argv = rsyncFilesArgv(pair, sharedSsh(plan), remoteName(plan));
      return { argv, names };
    });
  };

  return {
    syncFiles: async (plan, all, when, signal) => {
      if (when === 'first' || modules.size === 0) modules = await writeModules(destination, plan, all);
      const roots = when === 'first' ? all : changingRoots(all);
      return sum(
        await runInTurn(
          roots.map((root) => commandFor(plan, root)),
          signal,
        ),
      );
    },
    parkFileSync: async (plan, all) => {
      const roots = changingRoots(all);
      const trees = roots.filter(({ kind }) => kind === 'tree').map((root) => commandFor(plan, root));
      const files = roots.filter(({ kind }) => kind === 'file').map((root) => commandFor(plan, root));
      const [hot, parked] = await Promise.all([
        hotFileCommands(plan, roots),
        Promise.all(trees.slice(0, MAX_PARKED).map(({ argv, names }) => parkRsync(source, argv, names))),
      ]);
      return {
        sync: async () => {
          const waited = Promise.all(parked.map((each) => each.sync()));
          const rest = runInTurn([...trees.slice(MAX_PARKED), ...hot, ...files]);
          return sum((await Promise.all([waited, rest])).flat());
        },
        discard: async () => {
          await Promise.all(parked.map((each) => each.discard()));
        },
      };
    },
  };
};

/** One rsync. */
interface RsyncCommand {
  readonly argv: readonly [string, ...string[]];
  /** Standard input: the names of the files to send. */
  readonly names: string | Uint8Array;
}

interface TreeCommand extends RsyncCommand {
  readonly names: string;
}

/**
 * Each parked rsync uses a session of the connection to the source until the freeze. Six long-running
 * commands may have one (`session-slots.ts`), and four are needed: for the connection between the hosts, its
 * pace, the shipment and the final dump.
 */
const MAX_PARKED = 2;

const changingRoots = (roots: readonly FileRoot[]): readonly FileRoot[] =>
  roots.filter(({ when }) => when === 'always');

const sum = (syncs: readonly FileSync[]): FileSync => ({
  sent: bytes(syncs.reduce((total, { sent }) => total + sent, 0)),
  steady: syncs.every(({ steady }) => steady),
});
