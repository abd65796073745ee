import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { Shipped } from '../../engine/ports/link.ts';
import { scriptArgv } from '../door/script.ts';
import { controlSocketOf, remoteName } from './ssh-master.ts';

/**
 * Sends an image from the source's Docker to the destination's, without the layers that the destination has.
 */
export const shipImage = async (source: Host, plan: Plan, signal?: AbortSignal): Promise<Shipped> => {
  const { container, docker } = plan;
  if (container.docker === undefined || docker === undefined) return { sent: bytes(0) };
  signal?.throwIfAborted();
  const { id } = container.docker.image;
  const argv = scriptArgv('ship-image', controlSocketOf(plan), remoteName(plan), id, docker.layersPresent);
  // Started, not run: the end of its input ends all its processes, also when the connection is lost.
  const shipper = await source.start({ argv });
  const callOff = (): void => shipper.endInput();
  signal?.addEventListener('abort', callOff, { once: true });
  // The signal may have been aborted while the command was started.
  if (signal?.aborted) callOff();
  const output: string[] = [];
  for await (const line of shipper.lines) output.push(line);
  const { exitCode, stderr } = await shipper.exit;
  signal?.removeEventListener('abort', callOff);
  if (exitCode !== 0) {
    const reason = signal?.aborted ? 'was aborted' : `could not send the image ${id}`;
    throw new CommandFailed({ host: source.name, argv: ['ship-image'], exitCode, stderr, reason });
  }
  const [, sent = '0'] = /^(\d+) bytes/m.exec(output.join('\n')) ?? [];
  return { sent: bytes(Number(sent)) };
};
