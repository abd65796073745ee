import {
  type ImageDirectory,
  type Problem,
  type RoundsVerification,
  type VerifiedRound,
  verifyCheckpoint,
  verifyPreDump,
} from '../../criu-proto/index.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes } from '../../engine/model/units.ts';
import type { ParkedVerification, Verified } from '../../engine/ports/destination.ts';
import type { Host } from '../../engine/ports/host.ts';
import { confinementOf } from '../oci/confinement.ts';
import { descriptorsProblem } from '../oci/descriptors.ts';
import { parkImageReader } from './received-images.ts';

interface ReceivedCheckpoint {
  /** The migration directory on the destination. */
  readonly directory: string;
  /** The path on the destination of the OCI configuration that the container will be restored with. */
  readonly config: string;
  /** The container's cgroup on the source. */
  readonly cgroup: string;
}

export const receivedCheckpoint = (plan: Plan, config: string): ReceivedCheckpoint => ({
  directory: plan.destinationDirectory,
  config,
  cgroup: plan.container.cgroupPath,
});

/**
 * Checks everything that the destination has received, before criu reads any of it, against the configuration
 * that the container will be restored with. Until then a request of the source for the restore is refused
 * (`hand-over.sh`).
 */
export const parkVerification = async (host: Host, to: ReceivedCheckpoint): Promise<ParkedVerification> => {
  const images = await parkImageReader(host, to.directory, to.config);
  let earlier: readonly VerifiedRound[] = [];
  return {
    verifyRound: async (round) => {
      const found = await verifyRoundOf(host, to, String(round), earlier);
      refuse(host, found.problems);
      earlier = found.rounds;
    },
    verify: async () => {
      const { open, config } = await images.read(earlier.length === 0 ? '*' : 'final');
      const final = open('final');
      const bounds = confinementOf(config, `${to.config} on ${host.name}`, to.cgroup);
      const { problems, files, bytes: size, processes } = await verifyCheckpoint(final, bounds, earlier);
      refuse(host, [...problems, ...(await descriptorsIn(final))]);
      if (processes === 0) throw new InvalidInput(`the images on ${host.name} hold no process: pstree.img`);
      await images.noteVerified();
      return { files, size: bytes(size) };
    },
    discard: images.discard,
  };
};

const verifyRoundOf = async (
  host: Host,
  to: ReceivedCheckpoint,
  round: string,
  earlier: readonly VerifiedRound[],
): Promise<RoundsVerification> => {
  const images = await parkImageReader(host, to.directory, to.config);
  try {
    return await verifyPreDump((await images.read(round)).open(round), earlier);
  } finally {
    await images.discard();
  }
};

/** Checks images that the destination has received earlier. */
export const verifyReceived = async (host: Host, to: ReceivedCheckpoint): Promise<Verified> => {
  const parked = await parkVerification(host, to);
  try {
    return await parked.verify();
  } finally {
    await parked.discard();
  }
};

const refuse = (host: Host, problems: readonly Pick<Problem, 'file' | 'problem'>[]): void => {
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  throw new InvalidInput(`the images on ${host.name} are refused: ${first.file}: ${first.problem}${more}`);
};

const DESCRIPTORS = 'descriptors.json';

const descriptorsIn = async (
  final: ImageDirectory,
): Promise<readonly Pick<Problem, 'file' | 'problem'>[]> => {
  const entry = (await final.list()).find(({ name }) => name === DESCRIPTORS);
  if (entry === undefined) return [{ file: DESCRIPTORS, problem: 'is missing: runc reads it' }];
  // verifyCheckpoint has reported an entry that is not a file.
  if (entry.kind !== 'file') return [];
  const text = new TextDecoder().decode(await final.read(DESCRIPTORS, 0, Math.min(entry.size, 16_384)));
  const problem = descriptorsProblem(text);
  return problem === undefined ? [] : [{ file: DESCRIPTORS, problem }];
};
