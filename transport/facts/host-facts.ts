import type { CheckResult, HostFacts, Role } from '../../engine/model/facts.ts';
import { kibToBytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { parseRecords, type Records } from '../door/records.ts';
import { scriptArgv } from '../door/script.ts';
import { criuSettings } from '../keeper/criu-settings.ts';
import { proveHold } from './prove-hold.ts';
import type { ProvenHolds } from './proven-holds.ts';

export interface HostFactsOptions {
  readonly runtime: string;
  readonly role: Role;
  /** The directory that migrations write their images below. */
  readonly imagesDirectory: string;
  /** Proofs of earlier migrations. */
  readonly proven: ProvenHolds;
}

/**
 * Reads what a host can do, and proves on a throw-away process that criu holds. Leaves nothing on the host.
 */
export const readHostFacts = async (
  host: Host,
  { runtime, imagesDirectory, ...proof }: HostFactsOptions,
  signal?: AbortSignal,
): Promise<HostFacts> => {
  const { stdout } = await host.run(
    { argv: scriptArgv('host-facts', runtime, imagesDirectory, proof.role) },
    signal,
  );
  const records = parseRecords(stdout);
  const facts = hostFactsFrom(host.name, imagesDirectory, records);
  const boot = nonEmpty(records.one('boot'));
  return { ...facts, hold: await proveHold(host, { ...facts, boot }, { imagesDirectory, ...proof }, signal) };
};

const hostFactsFrom = (name: string, imagesDirectory: string, records: Records): Omit<HostFacts, 'hold'> => ({
  name,
  kernel: records.one('kernel') ?? 'unknown',
  architecture: records.one('architecture') ?? 'unknown',
  criuVersion: nonEmpty(records.one('criu')),
  criuCheck: checkResult(records.one('criu-check')),
  criuTls: records.one('criu-tls') === 'yes',
  makesCertificates: nonEmpty(records.one('certificates')) !== undefined,
  dirtyTracking: checkResult(records.one('dirty-tracking')),
  runtimeVersion: nonEmpty(records.one('runtime')),
  rsyncVersion: nonEmpty(records.one('rsync')),
  missingPrograms: records.all('missing'),
  cpuFlags: (records.one('cpu-flags') ?? '').split(' ').filter((flag) => flag !== ''),
  cgroupVersion: cgroupVersion(records.one('cgroup')),
  criuSettings: criuSettings(records),
  appArmorProfiles: records.one('apparmor') === undefined ? undefined : records.all('apparmor-profile'),
  tcpForwarding: records.one('tcp-forwarding') !== 'no',
  sshCompression: records.one('ssh-compression') !== 'no',
  pacing: checkResult(records.one('pacing'), 'precopy did not try it'),
  unprivilegedPort: Number(records.one('unprivileged-port') ?? 1024),
  memoryAvailable: kibToBytes(countOrZero(records.one('memory-kib'))),
  imagesDirectory,
  imagesFree: kibToBytes(countOrZero(records.one('images-free-kib'))),
  imagesInMemory: records.one('images-filesystem') === 'tmpfs',
});

const cgroupVersion = (printed: string | undefined): HostFacts['cgroupVersion'] => {
  if (printed === '2') return 2;
  return printed === 'hybrid' ? printed : 1;
};

const nonEmpty = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

const countOrZero = (value: string | undefined): number => {
  const parsed = Number(value);
  return Number.isSafeInteger(parsed) && parsed >= 0 ? parsed : 0;
};

const checkResult = (value: string | undefined, whenMissing = 'criu is not installed'): CheckResult =>
  value === undefined
    ? { ok: false, detail: whenMissing }
    : { ok: value.startsWith('ok '), detail: value.replace(/^(ok|failed) /, '') };
