import { Option } from 'commander';
import { migrationDirectory } from '../../engine/core/plan.ts';
import { profileWindows } from '../../engine/core/simulation/profile-windows.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import { containerName } from '../../engine/model/names.ts';
import type { DirtyProfile } from '../../engine/model/profile.ts';
import { type Millis, millis } from '../../engine/model/units.ts';
import { lookText } from '../../engine/observe/tuning/profile-text.ts';
import { watchMemory } from '../../transport/profile/watch-memory.ts';
import type { SourceOptions } from '../options/host-options.ts';
import { parseDuration } from '../options/values.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { tellLine } from '../terminal/write.ts';
import { wireSource } from '../wiring/wire.ts';

export interface WatchOptions extends SourceOptions {
  readonly for: Millis;
}

const DEFAULT = millis(30_000);

// Only a finished option may be added: commander takes over its default at that moment.
export const durationOption = (): Option =>
  new Option('--for <time>', 'how long to watch').argParser(parseDuration).default(DEFAULT, '30s');

/** Watches a container for so long, and tells what it sees meanwhile. */
export const takeProfile = async (name: string, options: WatchOptions): Promise<DirtyProfile> => {
  const { host, source, close } = await wireSource(options, name);
  const { signal, settle } = interruptible((first) => {
    if (first) tellLine('interrupted: letting go of the container');
  });
  try {
    const facts = await source.container(name, signal);
    const container = containerName(facts);
    if (facts.state !== 'running')
      throw new InvalidInput(`${container} on ${host.name} is ${facts.state}: nothing gets dirty`);
    tellLine(`watching ${container} on ${host.name}: it runs on, and cannot be migrated meanwhile`);
    const { privatePages, windows } = await watchMemory(host, facts, {
      directory: migrationDirectory({ imagesDirectory: options.imagesDir }, facts),
      windows: profileWindows(options.for),
      onLook: (seen) => tellLine(lookText(seen)),
      signal,
    });
    const takenAt = new Date().toISOString();
    return { container, from: host.name, takenAt, memory: facts.memory, privatePages, windows };
  } finally {
    settle();
    await close();
  }
};
