import type { CheckResult, HostFacts, Role } from '../../engine/model/facts.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import type { ProvenHolds } from './proven-holds.ts';

interface ProofOptions {
  readonly role: Role;
  readonly imagesDirectory: string;
  /** Proofs of earlier migrations: one for each boot of a host and each version of criu. */
  readonly proven: ProvenHolds;
}

type CriuFacts = Pick<HostFacts, 'criuVersion' | 'criuCheck'> & {
  /** The id of the host's boot. `undefined`: unknown. */
  readonly boot: string | undefined;
};

/** Lets criu hold a throw-away process on the host, as it will have to hold the container. */
export const proveHold = async (
  host: Host,
  { criuVersion, criuCheck, boot }: CriuFacts,
  { role, imagesDirectory, proven }: ProofOptions,
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
      : { ok: false, detail: why ?? 'prove-hold.sh printed no result' };
  };
  const first = await prove();
  // A restore needs the old pid of the process, which another process may have got meanwhile.
  const result = first.ok ? first : await prove();
  if (result.ok && proof !== undefined) await proven.add(proof);
  return result;
};
