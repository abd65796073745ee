import { InvalidInput } from '../../engine/model/errors.ts';
import { bytes, millis } from '../../engine/model/units.ts';
import type { Source } from '../../engine/ports/source.ts';
import { container, host } from './facts.ts';
import { expectHere, finalDump } from './fake-final-dump.ts';
import type { Stage } from './stage.ts';

export const fakeSource = (stage: Stage, sampled: boolean): Source => {
  const { world, call, stats, endOf } = stage;
  return {
    host: async () => host('here'),
    container: async (name) => {
      if (name !== container().id) throw new InvalidInput(`there is no container ${name}`);
      return container();
    },
    sampleMemory: async () => {
      await call('source.sampleMemory');
      return !sampled ? undefined : { size: bytes(2e6), compressed: bytes(5e5), took: millis(20) };
    },
    prepare: async () => {
      await call('source.prepare');
      if (world().leftOnSource.has('directory')) throw new InvalidInput('another migration is under way');
      world().leftOnSource.add('directory');
    },
    preDump: async (_, round, { address }) => {
      expectHere(address);
      await call('source.preDump');
      endOf.get(round)?.(true);
      return stats(round);
    },
    abandonPages: async () => {
      await call('source.abandonPages');
    },
    endDump: async () => {
      await call('source.endDump');
    },
    finalDump: finalDump(stage),
    standing: async () => {
      await call('source.standing');
      const { source, leftOnSource } = world();
      const dead = leftOnSource.has('directory') ? 'dead' : 'gone';
      return ({ running: 'runs', frozen: 'frozen', dead } as const)[source];
    },
    isAlive: async () => {
      await call('source.isAlive');
      return world().source !== 'dead';
    },
    lastErrors: async () => [],
    release: async () => {
      world().calls.push('source.release');
      world().leftOnSource.clear();
    },
  };
};
