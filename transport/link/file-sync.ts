import { CommandFailed } from '../../engine/model/errors.ts';
import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes } from '../../engine/model/units.ts';
import type { FileSync, Host, Link } from '../../engine/ports.ts';
import { hotFiles } from './hot-files.ts';
import { inModules, type Modules, placeModules } from './modules.ts';
import { bytesSent, metTheDump, rsyncArgv, rsyncFilesArgv, VANISHED } from './rsync.ts';
import { remoteName, sharedSsh } from './ssh-master.ts';

/** Files from source to destination, over the connection that is open. */
export const fileSync = (source: Host, destination: Host): Link['syncFiles'] => {
  let modules: Modules = new Map();

  const rsync = async (
    argv: readonly [string, ...string[]],
    stdin: string,
    signal?: AbortSignal,
  ): Promise<FileSync> => {
    const { exitCode, stdout, stderr } = await source.probe({ argv, stdin }, signal);
    // Files come and go while the container runs.
    if (exitCode !== 0 && exitCode !== VANISHED)
      throw new CommandFailed({ host: source.name, argv, exitCode, stderr });
    return { sent: bytes(bytesSent(stdout)), steady: exitCode === 0 && !metTheDump(stdout) };
  };

  const syncHot = async (plan: Plan, roots: readonly FileRoot[]): Promise<readonly FileSync[]> => {
    const hot = await hotFiles(source, plan.container.cgroupPath, roots);
    return Promise.all(
      hot.map(({ from, to, files }) => {
        const pair = { from, to: inModules(modules, to) };
        return rsync(rsyncFilesArgv(pair, sharedSsh(plan), remoteName(plan)), files.join('\0'));
      }),
    );
  };

  return async (plan, all, when, signal) => {
    if (when === 'first' || modules.size === 0) modules = await placeModules(destination, plan, all);
    const roots = when === 'first' ? all : all.filter((root) => root.when === 'always');
    // Found while the rest is under way; only the frozen sync needs them.
    const hot = when === 'frozen' ? syncHot(plan, roots) : Promise.resolve([]);
    hot.catch(() => {});
    const syncs: FileSync[] = [];
    for (const each of roots) {
      const root = { ...each, to: inModules(modules, each.to) };
      const argv = rsyncArgv({ root, shell: sharedSsh(plan), destination: remoteName(plan) });
      syncs.push(await rsync(argv, '', signal));
    }
    syncs.push(...(await hot));
    return {
      sent: bytes(syncs.reduce((sum, { sent }) => sum + sent, 0)),
      steady: syncs.every(({ steady }) => steady),
    };
  };
};
