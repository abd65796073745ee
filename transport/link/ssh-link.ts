import { InvalidInput } from '../../engine/model/errors.ts';
import type { CheckResult } from '../../engine/model/facts.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { millis } from '../../engine/model/units.ts';
import type { Host, RunningCommand } from '../../engine/ports/host.ts';
import type { Link } from '../../engine/ports/link.ts';
import { followMilestones } from '../door/milestones.ts';
import { scriptText } from '../door/script.ts';
import { exchangeCertificates } from '../pages/tls.ts';
import { authorizeKey, revokeKey, revokeMigrationKey } from './authorized-key.ts';
import { clearSource } from './clear-link.ts';
import { fileSync } from './file-sync.ts';
import { keyOptions, parseAddress, readKeyExpiry } from './key-options.ts';
import { makeKey, readHostKeys } from './keys.ts';
import { linkMeter } from './meter.ts';
import { linkPace } from './pace.ts';
import { carryPages } from './page-way.ts';
import { shipImage } from './ship-image.ts';
import { parkShipment } from './shipment.ts';
import { masterArgv, remoteName, sharedSshArgv, sshConfig, sshConfigPath } from './ssh-master.ts';

export interface LinkOptions {
  readonly source: Host;
  readonly destination: Host;
  /** The port of the destination's sshd, at the address in the plan. */
  readonly sshPort: number;
}

/**
 * Sends files over ssh, and pages as the plan says, from source to destination directly. One ssh connection,
 * made before the freeze, serves all of them.
 */
export const sshLink = ({ source, destination, sshPort }: LinkOptions): Link => {
  let master: RunningCommand | undefined;
  let publicKey: string | undefined;
  const meter = linkMeter(source, sshPort);
  const pace = linkPace(source, sshPort);
  const connect = async (plan: Plan, compressed: boolean): Promise<void> => {
    master = await source.start({ argv: masterArgv(plan, compressed) });
    await waitUntilOpen(source, plan, master);
  };
  const disconnect = async (): Promise<void> => {
    const closing = master;
    master = undefined;
    await closing?.kill('TERM');
    await closing?.exit;
  };

  return {
    check: (address, signal) => canReach(source, address, sshPort, signal),
    open: async (plan) => {
      const [made, keys, expiry] = await Promise.all([
        makeKey(source, plan),
        readHostKeys(destination),
        readKeyExpiry(destination),
        exchangeCertificates(source, destination, plan),
      ]);
      // Recorded before it is authorized: close() revokes the key, whatever fails from here.
      publicKey = made;
      await Promise.all([
        source.writeFile(`${plan.sourceDirectory}/known_hosts`, keys, 0o600),
        source.writeFile(sshConfigPath(plan), sshConfig(plan, sshPort), 0o600),
      ]);
      await destination.writeFile(`${plan.destinationDirectory}/gate.sh`, scriptText('gate'), 0o700);
      await authorizeKey(destination, made, keyOptions(plan, { expiry }));
      await connect(plan, plan.pages.compression.kind === 'zlib');
      const from = await readSourceAddress(source, plan);
      if (from === undefined) return;
      // Only now is the address certain that the destination sees.
      await revokeKey(destination, made);
      await authorizeKey(destination, made, keyOptions(plan, { expiry, from }));
    },
    measure: meter.measure,
    compress: async (plan, signal) => {
      await disconnect();
      meter.reset();
      signal.throwIfAborted();
      await connect(plan, true);
    },
    carried: meter.carried,
    ...fileSync(source, destination),
    shipImage: (plan, signal) => shipImage(source, plan, signal),
    carryPages: async (plan, server) => pace.includePages(plan, await carryPages(source, plan, server)),
    parkShipment: (plan) => parkShipment(source, plan),
    limit: pace.limit,
    close: async () => {
      try {
        await pace.end();
        await disconnect();
      } finally {
        // The destination must not keep the key, whatever became of the source.
        if (publicKey !== undefined) await revokeKey(destination, publicKey);
        publicKey = undefined;
      }
    },
    clear: (plan, side) =>
      side === 'source' ? clearSource(source, plan) : revokeMigrationKey(destination, plan.migration),
  };
};

const canReach = async (
  source: Host,
  address: string,
  sshPort: number,
  signal?: AbortSignal,
): Promise<CheckResult> => {
  if (/^(127\.|::1$|localhost$)/.test(address)) {
    return {
      ok: false,
      detail:
        'it is a loopback address: name the address by which the source reaches the destination (--to-address)',
    };
  }
  const argv = ['timeout', '5', 'bash', '-c', ': <"/dev/tcp/$0/$1"', address, String(sshPort)] as const;
  const { exitCode, stderr } = await source.probe({ argv }, signal);
  return { ok: exitCode === 0, detail: exitCode === 124 ? 'no answer within 5 s' : stderr.trim() };
};

/**
 * Returns the address of the source as the destination sees it. With address translation in between, only the
 * destination knows this address.
 */
const readSourceAddress = async (source: Host, plan: Plan): Promise<string | undefined> => {
  const argv = [...sharedSshArgv(plan), '--', remoteName(plan), 'whence'] as const;
  const { stdout } = await source.run({ argv, timeout: millis(20_000) });
  return parseAddress(stdout);
};

const waitUntilOpen = async (source: Host, plan: Plan, master: RunningCommand): Promise<void> => {
  const milestones = followMilestones(master, ['open'], async () => {
    const { stderr } = await master.exit;
    const why = stderr.trim().split('\n').at(-1) ?? '';
    return new InvalidInput(
      `${source.name} cannot log in to ${plan.address}: ${why === '' ? 'ssh ended' : why}`,
    );
  });
  await milestones.reached('open');
};
