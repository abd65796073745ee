import { rename, rm, writeFile } from 'node:fs/promises';
import { dockerConfig } from '../configurations.ts';
import type { Received } from '../received.ts';
import type { Case } from './case.ts';

export const runtimes: readonly Case[] = [
  ...['{', '[]', '["/dev/null","/dev/null"]', '["/dev/null","/dev/null",7]', '["a","b","c"]'].map((text) => ({
    name: `descriptors for runc that are ${text}`,
    reason: /descriptors\.json: (is not JSON|does not say where three descriptors lead)/,
    tamper: ({ final }: Received) => writeFile(`${final}/descriptors.json`, text),
  })),
  {
    name: 'a name that makes runc pass on one of its own descriptors',
    reason: /descriptors\.json: does not say where three descriptors lead/,
    tamper: ({ final }) =>
      writeFile(`${final}/descriptors.json`, '["extRootNetNS pipe:[1]","/dev/null","/dev/null"]'),
  },
  {
    name: 'no descriptors for runc',
    reason: /descriptors\.json: is missing: runc reads it/,
    tamper: ({ final }) => rm(`${final}/descriptors.json`),
  },
  {
    name: 'a configuration that brings its own for criu',
    reason: /config\.json on .* has the annotation org\.criu\.config/,
    tamper: async () => {},
    config: { ...dockerConfig, annotations: { 'org.criu.config': '/data/criu.conf' } },
  },
  {
    name: 'a configuration that is not JSON',
    reason: /config\.json on .* is not JSON/,
    tamper: ({ config }) => writeFile(config, '{'),
  },
  {
    name: 'a configuration of another kind',
    reason: /config\.json on .* is not as expected/,
    tamper: ({ config }) => writeFile(config, '{"mounts":{"destination":"/"}}'),
  },
  {
    name: 'images that may still change',
    reason: /the images of the last dump have not all come/,
    tamper: ({ directory }) => rm(`${directory}/received`),
  },
  {
    name: 'images in another directory',
    reason: /have no directory final/,
    tamper: ({ final, surroundings }) => rename(final, `${surroundings}/elsewhere`),
  },
];
