import { type CriuStats, decodeStats } from '../../criu-proto/index.ts';
import type { Host } from '../../engine/ports/host.ts';
import { byHand } from './by-hand.ts';
import { partsOfMarks } from './parts.ts';
import { ofRunc } from './runc.ts';
import { CONTAINER, type Variant } from './variant.ts';

/** criu alone on one host: what no way to migrate with the same criu can do without. Its downtime is criu's own account of it. */
export const floor: Variant = {
  ...ofRunc,
  name: 'floor',
  endsOn: 'a',
  migrate: async (scene) => {
    const marks = await byHand(scene, 'floor', CONTAINER);
    return {
      downtime: await criuTime(scene.a),
      parts: (gap, connecting) => partsOfMarks(marks, gap, connecting),
    };
  },
};

/** How long criu held the tasks still, and then took to make them again, in ms. */
const criuTime = async (host: Host): Promise<number> => {
  const stats = async (file: string): Promise<CriuStats> =>
    decodeStats(file, await host.readFile(`/run/bench/${file}`));
  const { dump } = await stats('work-final/stats-dump');
  const { restore } = await stats('restore/stats-restore');
  return ((dump?.frozenTime ?? 0) + (restore?.restoreTime ?? 0)) / 1000;
};
