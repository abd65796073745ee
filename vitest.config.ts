import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // More than cores: most tests wait for processes they have started.
          maxWorkers: 5,
          pool: 'threads',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.lab.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/**/*.lab.test.ts'],
          globalSetup: ['test/lab/global-setup.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // Each worker has a lab of its own, and each lab keeps about one core busy. After the unit tests.
          maxWorkers: process.env['PRECOPY_LAB'] === undefined ? 2 : 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

export default config;
