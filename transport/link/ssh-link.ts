import { InvalidInput } from '../../engine/model/errors.ts';
import type { CheckResult } from '../../engine/model/facts.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { millis } from '../../engine/model/units.ts';
import type { Host, RunningCommand } from '../../engine/ports/host.ts';
import type { Link } from '../../engine/ports/link.ts';
import { followMilestones } from '../door/milestones.ts';
import { scriptText } from '../door/script.ts';
import { exchangeCertificates } from '../pages/tls.ts';
import { admitKey, expelKey, expelKeyOf } from './authorized-key.ts';
import { clearSource } from './clear-link.ts';
import { fileSync } from './file-sync.ts';
import { addressOf, expiryOn, keyOptions } from './key-options.ts';
import { destinationKeys, makeKey } from './keys.ts';
import { linkMeter } from './meter.ts';
import { linkPace } from './pace.ts';
import { carryPages } from './page-way.ts';
import { shipImage } from './ship-image.ts';
import { parkShipment } from './shipment.ts';
import { masterArgv, remoteName, sharedSshArgv, sshConfig, sshConfigOf } from './ssh-master.ts';

export interface LinkOptions {
  readonly source: Host;
  readonly destination: Host;
  /** Where the destination's sshd listens, on the address of the plan. */
  readonly sshPort: number;
}

/**
 * Files go over ssh, and pages as the plan says, from source to destination directly, on one connection made before the
 * container is frozen.
 */
export const sshLink = ({ source, destination, sshPort }: LinkOptions): Link => {
  let master: RunningCommand | undefined;
  let publicKey: string | undefined;
  const meter = linkMeter(source, sshPort);
  const pace = linkPace(source, sshPort);
  const connect = async (plan: Plan, compressed: boolean): Promise<void> => {
    master = await source.start({ argv: masterArgv(plan, compressed) });
    await opened(source, plan, master);
  };
  const disconnect = async (): Promise<void> => {
    const ending = master;
    master = undefined;
    await ending?.kill('TERM');
    await ending?.exit;
  };

  return {
    check: (address, signal) => canReach(source, address, sshPort, signal),
    open: async (plan) => {
      const [made, keys, expiry] = await Promise.all([
        makeKey(source, plan),
        destinationKeys(destination),
        expiryOn(destination),
        exchangeCertificates(source, destination, plan),
      ]);
      // Kept before it is let in: whatever fails from here, close() takes it back.
      publicKey = made;
      await Promise.all([
        source.writeFile(`${plan.sourceDirectory}/known_hosts`, keys, 0o600),
        source.writeFile(sshConfigOf(plan), sshConfig(plan, sshPort), 0o600),
      ]);
      await destination.writeFile(`${plan.destinationDirectory}/gate.sh`, scriptText('gate'), 0o700);
      await admitKey(destination, made, keyOptions(plan, { expiry }));
      await connect(plan, plan.pages.compression.kind === 'zlib');
      const from = await whence(source, plan);
      if (from === undefined) return;
      // Only now is it known for certain how the destination sees the source.
      await expelKey(destination, made);
      await admitKey(destination, made, keyOptions(plan, { expiry, from }));
    },
    measure: meter.measure,
    compress: async (plan, signal) => {
      await disconnect();
      meter.forget();
      signal.throwIfAborted();
      await connect(plan, true);
    },
    carried: meter.carried,
    ...fileSync(source, destination),
    shipImage: (plan, signal) => shipImage(source, plan, signal),
    carryPages: async (plan, server) => pace.over(plan, await carryPages(source, plan, server)),
    parkShipment: (plan) => parkShipment(source, plan),
    limit: pace.limit,
    close: async () => {
      try {
        await pace.end();
        await disconnect();
      } finally {
        // Whatever became of the source: the destination has no use for its key any more.
        if (publicKey !== undefined) await expelKey(destination, publicKey);
        publicKey = undefined;
      }
    },
    clear: (plan, side) =>
      side === 'source' ? clearSource(source, plan) : expelKeyOf(destination, plan.migration),
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
      detail: 'it is the loopback address: name the destination as the source reaches it (--to-address)',
    };
  }
  const argv = ['timeout', '5', 'bash', '-c', ': <"/dev/tcp/$0/$1"', address, String(sshPort)] as const;
  const { exitCode, stderr } = await source.probe({ argv }, signal);
  return { ok: exitCode === 0, detail: exitCode === 124 ? 'no answer within 5 s' : stderr.trim() };
};

/** Where the destination sees the connection come from: behind a translation of addresses nobody else can tell. */
const whence = async (source: Host, plan: Plan): Promise<string | undefined> => {
  const argv = [...sharedSshArgv(plan), '--', remoteName(plan), 'whence'] as const;
  const { stdout } = await source.run({ argv, timeout: millis(20_000) });
  return addressOf(stdout);
};

const opened = async (source: Host, plan: Plan, master: RunningCommand): Promise<void> => {
  const seen = followMilestones(master, ['open'], async () => {
    const { stderr } = await master.exit;
    const why = stderr.trim().split('\n').at(-1) ?? '';
    return new InvalidInput(
      `${source.name} cannot log in to ${plan.address}: ${why === '' ? 'ssh ended' : why}`,
    );
  });
  await seen.reached('open');
};
