import { verifyCheckpoint } from '../criu-proto/index.ts';
import { InvalidInput } from '../engine/model/errors.ts';
import { bytes } from '../engine/model/units.ts';
import type { Host, Verified } from '../engine/ports.ts';
import { receivedImages } from './received-images.ts';

/** Checks what the destination has received, whole, before criu reads any of it. */
export const verifyReceived = async (
  host: Host,
  directory: string,
  signal?: AbortSignal,
): Promise<Verified> => {
  const open = await receivedImages(host, `${directory}/images`, signal);
  const { problems, files, bytes: size, processes } = await verifyCheckpoint(open('final'));
  const [first] = problems;
  if (first !== undefined) {
    const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
    throw new InvalidInput(
      `the images on ${host.name} are not what they should be: ${first.file}: ${first.problem}${more}`,
    );
  }
  if (processes === 0) throw new InvalidInput(`the images on ${host.name} hold no process: pstree.img`);
  return { files, size: bytes(size) };
};
