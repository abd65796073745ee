import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes } from '../../engine/model/units.ts';
import type { FileSync, Host, Link, ParkedFileSync } from '../../engine/ports.ts';
import { hotFiles } from './hot-files.ts';
import { inModules, type Modules, placeModules } from './modules.ts';
import { parkRsync, syncOf } from './parked-rsync.ts';
import { EVERYTHING, rsyncArgv, rsyncFilesArgv } from './rsync.ts';
import { remoteName, sharedSsh } from './ssh-master.ts';

/** Files from source to destination, over the connection that is open. */
export const fileSync = (source: Host, destination: Host): Pick<Link, 'syncFiles' | 'parkFileSync'> => {
  let modules: Modules = new Map();

  const argvOf = (plan: Plan, root: FileRoot): ReturnType<typeof rsyncArgv> => {
    const there = { ...root, to: inModules(modules, root.to) };
    return rsyncArgv({ root: there, shell: sharedSsh(plan), destination: remoteName(plan) });
  };

  const syncRoot = async (plan: Plan, root: FileRoot, signal?: AbortSignal): Promise<FileSync> => {
    const argv = argvOf(plan, root);
    const stdin = root.kind === 'tree' ? EVERYTHING : '';
    return syncOf(source, argv, await source.probe({ argv, stdin }, signal));
  };

  const parkHot = async (plan: Plan, roots: readonly FileRoot[]): Promise<readonly ParkedFileSync[]> => {
    const hot = await hotFiles(source, plan.container.cgroupPath, roots);
    return Promise.all(
      hot.map(({ from, to, files }) => {
        const pair = { from, to: inModules(modules, to) };
        return parkRsync(source, rsyncFilesArgv(pair, sharedSsh(plan), remoteName(plan)), files.join('\0'));
      }),
    );
  };

  return {
    syncFiles: async (plan, all, when, signal) => {
      if (when === 'first' || modules.size === 0) modules = await placeModules(destination, plan, all);
      const syncs: FileSync[] = [];
      for (const root of when === 'first' ? all : lasting(all))
        syncs.push(await syncRoot(plan, root, signal));
      return together(syncs);
    },
    parkFileSync: async (plan, all) => {
      const roots = lasting(all);
      const trees = roots.filter(({ kind }) => kind === 'tree');
      const [hot, ...parked] = await Promise.all([
        parkHot(plan, roots),
        ...trees.map((root) => parkRsync(source, argvOf(plan, root), EVERYTHING)),
      ]);
      const waiting = [...parked, ...hot];
      return {
        sync: async () => {
          const files = roots.filter(({ kind }) => kind === 'file').map((root) => syncRoot(plan, root));
          return together(await Promise.all([...waiting.map((each) => each.sync()), ...files]));
        },
        discard: async () => {
          await Promise.all(waiting.map((each) => each.discard()));
        },
      };
    },
  };
};

const lasting = (roots: readonly FileRoot[]): readonly FileRoot[] =>
  roots.filter(({ when }) => when === 'always');

const together = (syncs: readonly FileSync[]): FileSync => ({
  sent: bytes(syncs.reduce((sum, { sent }) => sum + sent, 0)),
  steady: syncs.every(({ steady }) => steady),
});
