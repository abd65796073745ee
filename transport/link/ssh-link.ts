import { CommandFailed, InvalidInput } from '../../engine/model/errors.ts';
import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes } from '../../engine/model/units.ts';
import type { FileSync, Host, Link, RunningCommand } from '../../engine/ports.ts';
import { milestones } from '../milestones.ts';
import { admitKey, expelKey, expelKeyOf } from './authorized-key.ts';
import { clearSource } from './clear-link.ts';
import { hotFiles } from './hot-files.ts';
import { keyOptions } from './key-options.ts';
import { destinationKeys, makeKey } from './keys.ts';
import { carryPages } from './page-way.ts';
import { bytesSent, metTheDump, rsyncArgv, rsyncFilesArgv, VANISHED } from './rsync.ts';
import { shipImage } from './ship-image.ts';
import { parkShipment } from './shipment.ts';
import { masterArgv, remoteName, sharedSsh, sshConfig, sshConfigOf } from './ssh-master.ts';

export interface LinkOptions {
  readonly source: Host;
  readonly destination: Host;
  /** Where the destination's sshd listens, on the address of the plan. */
  readonly sshPort: number;
}

/** Files go over ssh, and pages as the plan says, from source to destination directly, on one connection made before the container is frozen. */
export const sshLink = ({ source, destination, sshPort }: LinkOptions): Link => {
  let master: RunningCommand | undefined;
  let publicKey: string | undefined;

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
      hot.map((files) =>
        rsync(rsyncFilesArgv(files, sharedSsh(plan), remoteName(plan)), files.files.join('\0')),
      ),
    );
  };

  return {
    check: async (address, signal) => {
      if (/^(127\.|::1$|localhost$)/.test(address)) {
        return {
          ok: false,
          detail: 'it is the loopback address: name the destination as the source reaches it (--to-address)',
        };
      }
      const argv = ['timeout', '5', 'bash', '-c', ': <"/dev/tcp/$0/$1"', address, String(sshPort)] as const;
      const { exitCode, stderr } = await source.probe({ argv }, signal);
      return { ok: exitCode === 0, detail: exitCode === 124 ? 'no answer within 5 s' : stderr.trim() };
    },
    open: async (plan) => {
      const [made, keys] = await Promise.all([makeKey(source, plan), destinationKeys(destination)]);
      // Kept before it is let in: whatever fails from here, close() takes it back.
      publicKey = made;
      await Promise.all([
        source.writeFile(`${plan.sourceDirectory}/known_hosts`, keys, 0o600),
        source.writeFile(sshConfigOf(plan), sshConfig(plan, sshPort), 0o600),
      ]);
      await admitKey(destination, made, keyOptions(plan));
      master = await source.start({ argv: masterArgv(plan) });
      await opened(source, plan, master);
    },
    syncFiles: async (plan, all, when, signal) => {
      const roots = when === 'first' ? all : all.filter((root) => root.when === 'always');
      // Found while the rest is under way; only the frozen sync needs them.
      const hot = when === 'frozen' ? syncHot(plan, roots) : Promise.resolve([]);
      hot.catch(() => {});
      const syncs: FileSync[] = [];
      for (const root of roots) {
        const argv = rsyncArgv({ root, shell: sharedSsh(plan), destination: remoteName(plan) });
        syncs.push(await rsync(argv, '', signal));
      }
      syncs.push(...(await hot));
      return {
        sent: bytes(syncs.reduce((sum, { sent }) => sum + sent, 0)),
        steady: syncs.every(({ steady }) => steady),
      };
    },
    shipImage: (plan, signal) => shipImage(source, plan, signal),
    carryPages: (plan, server) => carryPages(source, plan, server),
    parkShipment: (plan) => parkShipment(source, plan),
    close: async () => {
      await master?.kill('TERM');
      await master?.exit;
      master = undefined;
      if (publicKey !== undefined) await expelKey(destination, publicKey);
      publicKey = undefined;
    },
    clear: (plan, side) =>
      side === 'source' ? clearSource(source, plan) : expelKeyOf(destination, plan.migration),
  };
};

const opened = async (source: Host, plan: Plan, master: RunningCommand): Promise<void> => {
  const seen = milestones(master, ['open'], async () => {
    const { stderr } = await master.exit;
    const why = stderr.trim().split('\n').at(-1) ?? '';
    return new InvalidInput(
      `${source.name} cannot log in to ${plan.address}: ${why === '' ? 'ssh ended' : why}`,
    );
  });
  await seen.reached('open');
};
