import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { profileText } from '../../engine/observe/tuning/profile-text.ts';
import { storedProfile } from '../../transport/profile/profile-file.ts';
import { withSourceOptions } from '../options/host-options.ts';
import { logLine, writeLine } from '../terminal/write.ts';
import { durationOption, recordProfile, type WatchOptions } from './record-profile.ts';

interface ProfileOptions extends WatchOptions {
  readonly json?: true;
  readonly out?: string;
}

/** `precopy profile`: measures how fast a container dirties its memory, without migrating it. */
export const profileCommand = (): Command =>
  withSourceOptions(
    new Command('profile')
      .description('watch how fast a container dirties its memory; the container keeps running')
      .argument('<container>', 'a running container: its id, or its name in Docker')
      .addOption(durationOption())
      .option('--json', 'print the profile as JSON')
      .option('--out <file>', 'also write the profile to a file, for precopy tune --profile'),
  ).action(async (container: string, options: ProfileOptions) => {
    const profile = await recordProfile(container, options);
    const json = JSON.stringify(storedProfile(profile), undefined, 2);
    if (options.out !== undefined) {
      await writeFile(options.out, `${json}\n`);
      logLine(`the profile is in ${options.out}`);
    }
    writeLine(options.json === true ? json : profileText(profile).join('\n'));
  });
