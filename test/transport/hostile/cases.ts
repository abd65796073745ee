import { bytes } from './cases/bytes.ts';
import type { Case } from './cases/case.ts';
import { files } from './cases/files.ts';
import { memory } from './cases/memory.ts';
import { mounts } from './cases/mounts.ts';
import { paths } from './cases/paths.ts';
import { remains } from './cases/remains.ts';
import { rights } from './cases/rights.ts';
import { runtimes } from './cases/runtimes.ts';
import { tree } from './cases/tree.ts';

export const cases: readonly Case[] = [
  ...files,
  ...bytes,
  ...memory,
  ...tree,
  ...paths,
  ...remains,
  ...mounts,
  ...rights,
  ...runtimes,
];
