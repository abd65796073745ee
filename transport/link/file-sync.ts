import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { FileSync, Link } from '../../engine/ports/link.ts';
import { hotFiles } from './hot-files.ts';
import { inModules, type Modules, placeModules } from './modules.ts';
import { parkRsync, syncOf } from './parked-rsync.ts';
import { EVERYTHING, rsyncArgv, rsyncFilesArgv } from './rsync.ts';
import { remoteName, sharedSsh } from './ssh-master.ts';

/** Files from source to destination, over the connection that is open. */
export const fileSync = (source: Host, destination: Host): Pick<Link, 'syncFiles' | 'parkFileSync'> => {
  let modules: Modules = new Map();

  const syncOfRoot = (plan: Plan, root: FileRoot): Sync => {
    const there = { ...root, to: inModules(modules, root.to) };
    const argv = rsyncArgv({ root: there, shell: sharedSsh(plan), destination: remoteName(plan) });
    return { argv, names: root.kind === 'tree' ? EVERYTHING : '' };
  };

  const inTurn = async (syncs: readonly Sync[], signal?: AbortSignal): Promise<readonly FileSync[]> => {
    const done: FileSync[] = [];
    for (const { argv, names } of syncs)
      done.push(syncOf(source, argv, await source.probe({ argv, stdin: names }, signal)));
    return done;
  };

  const syncHot = async (plan: Plan, roots: readonly FileRoot[]): Promise<readonly Sync[]> => {
    const hot = await hotFiles(source, plan.container.cgroupPath, roots);
    return hot.map(({ from, to, files }) => {
      const pair = { from, to: inModules(modules, to) };
      const argv = rsyncFilesArgv(pair, sharedSsh(plan), remoteName(plan));
      return { argv, names: files.join('\0') };
    });
  };

  return {
    syncFiles: async (plan, all, when, signal) => {
      if (when === 'first' || modules.size === 0) modules = await placeModules(destination, plan, all);
      const roots = when === 'first' ? all : lasting(all);
      return together(
        await inTurn(
          roots.map((root) => syncOfRoot(plan, root)),
          signal,
        ),
      );
    },
    parkFileSync: async (plan, all) => {
      const roots = lasting(all);
      const trees = roots.filter(({ kind }) => kind === 'tree').map((root) => syncOfRoot(plan, root));
      const files = roots.filter(({ kind }) => kind === 'file').map((root) => syncOfRoot(plan, root));
      const [hot, parked] = await Promise.all([
        syncHot(plan, roots),
        Promise.all(trees.slice(0, MOST_PARKED).map(({ argv, names }) => parkRsync(source, argv, names))),
      ]);
      return {
        sync: async () => {
          const waited = Promise.all(parked.map((each) => each.sync()));
          const rest = inTurn([...trees.slice(MOST_PARKED), ...hot, ...files]);
          return together((await Promise.all([waited, rest])).flat());
        },
        discard: async () => {
          await Promise.all(parked.map((each) => each.discard()));
        },
      };
    },
  };
};

/** One rsync, and what it is told on standard input. */
interface Sync {
  readonly argv: readonly [string, ...string[]];
  readonly names: string;
}

/**
 * Each of them holds a session of the connection to the source until the freeze, and the final dump must get one: six may stay
 * (`session-slots.ts`), and the connection between the hosts, its pace, the shipment and the dump are four.
 */
const MOST_PARKED = 2;

const lasting = (roots: readonly FileRoot[]): readonly FileRoot[] =>
  roots.filter(({ when }) => when === 'always');

const together = (syncs: readonly FileSync[]): FileSync => ({
  sent: bytes(syncs.reduce((sum, { sent }) => sum + sent, 0)),
  steady: syncs.every(({ steady }) => steady),
});
