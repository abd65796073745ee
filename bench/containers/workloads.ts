import type { ContainerSpec } from './oci-config.ts';

/** redis without persistence: what it holds is in memory only. */
export const redis = (id: string): ContainerSpec => ({
  id,
  hostNetwork: true,
  args: [
    'redis-server',
    '--save',
    '',
    '--appendonly',
    'no',
    '--protected-mode',
    'no',
    '--bind',
    '0.0.0.0',
    '--enable-debug-command',
    'yes',
  ],
});

/** Counts through its pages in address order for ever, and stops at one that is not what it left there. */
export const pageCounter = (id: string, mebibytes: number, pagesPerSecond: number): ContainerSpec => ({
  id,
  hostNetwork: false,
  args: ['page-counter', String(mebibytes), String(pagesPerSecond)],
});

/** Holds so much incompressible memory and dirties a part of it, page after page, at a steady rate. */
export const dirtier = (
  id: string,
  mebibytes: number,
  workingSet: number,
  pagesPerSecond: number,
): ContainerSpec => ({
  id,
  hostNetwork: false,
  args: ['dirtier', String(mebibytes), String(workingSet), String(pagesPerSecond)],
});
