import { removeContainer, runContainer } from '../containers/run-container.ts';
import type { Server } from '../containers/server.ts';
import { type ByHand, byHand } from './by-hand.ts';
import { partsOfMarks } from './parts.ts';
import { CONTAINER, type Scene, type Variant } from './variant.ts';

/** What is common to all that move a container of runc's. */
export const ofRunc: Pick<Variant, 'setUp' | 'start' | 'remove'> = {
  setUp: async () => {},
  start: ({ a }: Scene, { args }: Server) => runContainer(a, { id: CONTAINER, hostNetwork: true, args }),
  remove: async ({ a, b }) => {
    await Promise.all(
      [a, b].map(async (host) => {
        await removeContainer(host, CONTAINER);
        await host.run({ argv: ['rm', '-rf', '/run/bench', '/run/bench.conf'] });
      }),
    );
  },
};

const runcByHand = (name: string, script: ByHand, endsOn: Variant['endsOn']): Variant => ({
  ...ofRunc,
  name,
  endsOn,
  migrate: async (scene) => {
    const marks = await byHand(scene, script, CONTAINER);
    return { parts: (gap, connecting) => partsOfMarks(marks, gap, connecting) };
  },
});

export const stopAndCopy: Variant = runcByHand('stop-and-copy', 'stop-and-copy', 'b');
export const script: Variant = runcByHand('script', 'three-rounds', 'b');
