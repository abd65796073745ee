import type { CheckResult, HostFacts, Role } from '../../engine/model/facts.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import type { ProvenHolds } from './proven-holds.ts';

interface Proof {
  readonly role: Role;
  readonly imagesDirectory: string;
  /** What was proven before: once for each start of a host's kernel and each version of criu. */
  readonly proven: ProvenHolds;
}

type Criu = Pick<HostFacts, 'criuVersion' | 'criuCheck'> & {
  /** Of the host's kernel; `undefined`: not known. */
  readonly boot: string | undefined;
};

/** Has criu hold a throw-away process on the host, as it will have to hold the container. */
export const proveHold = async (
  host: Host,
  { criuVersion, criuCheck, boot }: Criu,
  { role, imagesDirectory, proven }: Proof,
  signal?: AbortSignal,
): Promise<CheckResult> => {
  if (criuVersion === undefined || !criuCheck.ok) return { ok: false, detail: 'criu does not work' };
  const proof = boot === undefined ? undefined : `${boot} ${role} ${criuVersion}`;
  if (proof !== undefined && (await proven.has(proof))) return { ok: true, detail: '' };
  const argv = scriptArgv('prove-hold', role, imagesDirectory);
  const prove = async (): Promise<CheckResult> => {
    const { stdout } = await host.run({ argv }, signal);
    const why = /^failed (.*)$/m.exec(stdout)?.[1];
    return why === undefined && /^ok$/m.test(stdout)
      ? { ok: true, detail: '' }
      : { ok: false, detail: why ?? 'nothing was proven' };
  };
  const first = await prove();
  // The number of the process that was ended may have been given to another one meanwhile.
  const result = first.ok ? first : await prove();
  if (result.ok && proof !== undefined) await proven.add(proof);
  return result;
};
