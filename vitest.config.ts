import { availableParallelism, freemem } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Tests that start processes on this machine and wait for them: minutes, not seconds. */
const local = [
  'test/bench/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/criu-proto/processes.test.ts',
  'test/model/**/*.test.ts',
  'test/library.test.ts',
  'test/packaging.test.ts',
  'test/transport/host/**/*.test.ts',
  'test/transport/hostile/**/*.test.ts',
  'test/transport/journal/**/*.test.ts',
  'test/transport/link/**/*.test.ts',
  'test/transport/facts/lower-layers.test.ts',
  'test/transport/pages/**/*.test.ts',
  'test/transport/scripts/**/*.test.ts',
];
const lab = 'test/**/*.lab.test.ts';
const stacks = 'test/stacks/*.lab.test.ts';

/** Each keeps about one core busy, and may take 4 GiB. */
const labs = (): number =>
  Number(process.env['PRECOPY_LABS'] ?? (availableParallelism() >= 2 && freemem() > 10 * 1024 ** 3 ? 2 : 1));

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // Pure functions: nothing of one file can show in another, and loading the modules anew for each takes longer than the tests.
          isolate: false,
          maxWorkers: 2,
          pool: 'threads',
          include: ['test/**/*.test.ts'],
          exclude: [lab, ...local],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'local',
          // More than cores: most of these wait for what they have started, which takes ten times as long on a busy machine.
          maxWorkers: 4,
          pool: 'threads',
          include: local,
          exclude: [lab],
          testTimeout: 90_000,
          hookTimeout: 90_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'lab',
          include: [lab],
          exclude: [stacks],
          globalSetup: ['test/lab/global-setup.ts'],
          testTimeout: 240_000,
          // One look at a container takes more than the second that is usual.
          expect: { poll: { timeout: 30_000, interval: 500 } },
          hookTimeout: 240_000,
          // Each worker has a lab of its own. After the unit tests.
          maxWorkers: process.env['PRECOPY_LAB'] === undefined ? labs() : 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // On lab hosts of the suite in PRECOPY_SUITE.
        test: {
          name: 'stacks',
          include: [stacks],
          globalSetup: ['test/lab/global-setup.ts'],
          expect: { poll: { timeout: 30_000, interval: 500 } },
          hookTimeout: 240_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});

export default config;
