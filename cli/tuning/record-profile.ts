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
import { logLine } from '../terminal/write.ts';
import { openSource } from '../wiring/open-ports.ts';

export interface WatchOptions extends SourceOptions {
  readonly for: Millis;
}

const DEFAULT_DURATION = millis(30_000);

// The option must be complete when it is added, because commander copies its default then.
export const durationOption = (): Option =>
  new Option('--for <time>', 'how long to watch').argParser(parseDuration).default(DEFAULT_DURATION, '30s');

/** Watches a container's memory for the given time, and prints what it sees meanwhile. */
export const recordProfile = async (name: string, options: WatchOptions): Promise<DirtyProfile> => {
  const { host, source, close } = await openSource(options, name);
  const { signal, settle } = interruptible((first) => {
    if (first) logLine('interrupted: ending the profile');
  });
  try {
    const facts = await source.container(name, signal);
    const container = containerName(facts);
    if (facts.state !== 'running')
      throw new InvalidInput(
        `${container} on ${host.name} is ${facts.state}, so its memory does not get dirty`,
      );
    logLine(
      `watching ${container} on ${host.name}: the container keeps running, and cannot be migrated meanwhile`,
    );
    const { privatePages, windows } = await watchMemory(host, facts, {
      directory: migrationDirectory({ imagesDirectory: options.imagesDir }, facts),
      windows: profileWindows(options.for),
      onLook: (seen) => logLine(lookText(seen)),
      signal,
    });
    const takenAt = new Date().toISOString();
    return { container, from: host.name, takenAt, memory: facts.memory, privatePages, windows };
  } finally {
    settle();
    await close();
  }
};
