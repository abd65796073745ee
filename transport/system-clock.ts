import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { millis } from '../engine/model/units.ts';
import type { Clock } from '../engine/ports/clock.ts';

export const systemClock: Clock = {
  now: () => millis(performance.now()),
  sleep: (duration, signal) =>
    sleep(duration, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
};
