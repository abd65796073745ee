import type { Plan } from '../../engine/model/plan.ts';
import { bytes } from '../../engine/model/units.ts';
import type { Host, Shipped } from '../../engine/ports.ts';
import { scriptArgv } from '../script.ts';
import { muxOf, remoteName } from './ssh-master.ts';

/** From the source's Docker to the destination's, over the shared connection; layers that are there are not sent. */
export const shipImage = async (source: Host, plan: Plan, signal?: AbortSignal): Promise<Shipped> => {
  const { container, docker } = plan;
  if (container.docker === undefined || docker === undefined) return { sent: bytes(0) };
  const { id } = container.docker.image;
  const present = String(docker.layersPresent);
  const argv = scriptArgv('ship-image', muxOf(plan), remoteName(plan), id, present);
  const { stdout } = await source.run({ argv }, signal);
  return { sent: bytes(Number.parseInt(stdout, 10) || 0) };
};
