import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { Shipped } from '../../engine/ports/link.ts';
import { scriptArgv } from '../door/script.ts';
import { muxOf, remoteName } from './ssh-master.ts';

/** From the source's Docker to the destination's, over the shared connection; layers that are there are not sent. */
export const shipImage = async (source: Host, plan: Plan, signal?: AbortSignal): Promise<Shipped> => {
  const { container, docker } = plan;
  if (container.docker === undefined || docker === undefined) return { sent: bytes(0) };
  signal?.throwIfAborted();
  const { id } = container.docker.image;
  const present = String(docker.layersPresent);
  const argv = scriptArgv('ship-image', muxOf(plan), remoteName(plan), id, present);
  // Not run to its end by the host: the end of its input is what ends all of it, whatever becomes of our connection.
  const shipper = await source.start({ argv });
  const callOff = (): void => shipper.endInput();
  signal?.addEventListener('abort', callOff, { once: true });
  // It may have been aborted while the command was started.
  if (signal?.aborted) callOff();
  const told: string[] = [];
  for await (const line of shipper.lines) told.push(line);
  const { exitCode, stderr } = await shipper.exit;
  signal?.removeEventListener('abort', callOff);
  if (exitCode !== 0) {
    const reason = signal?.aborted ? 'was aborted' : `did not bring ${id} over`;
    throw new CommandFailed({ host: source.name, argv: ['ship-image'], exitCode, stderr, reason });
  }
  const [, sent = '0'] = /^(\d+) bytes/m.exec(told.join('\n')) ?? [];
  return { sent: bytes(Number(sent)) };
};
