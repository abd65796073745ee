import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { profileText } from '../../engine/observe/tuning/profile-text.ts';
import { storedProfile } from '../../transport/profile/profile-file.ts';
import { withSourceOptions } from '../options/host-options.ts';
import { tellLine, writeLine } from '../terminal/write.ts';
import { durationOption, takeProfile, type WatchOptions } from './take-profile.ts';

interface ProfileOptions extends WatchOptions {
  readonly json?: true;
  readonly out?: string;
}

/** `precopy profile`: how fast a container dirties its memory, without migrating it. */
export const profileCommand = (): Command =>
  withSourceOptions(
    new Command('profile')
      .description('watch how fast a container dirties its memory; it runs on where it is')
      .argument('<container>', 'a running container: its id, or the name Docker knows it by')
      .addOption(durationOption())
      .option('--json', 'print the profile as JSON')
      .option('--out <file>', 'write the profile to a file too, for precopy tune --profile'),
  ).action(async (container: string, options: ProfileOptions) => {
    const profile = await takeProfile(container, options);
    const json = JSON.stringify(storedProfile(profile), undefined, 2);
    if (options.out !== undefined) {
      await writeFile(options.out, `${json}\n`);
      tellLine(`${options.out} has the profile`);
    }
    writeLine(options.json === true ? json : profileText(profile).join('\n'));
  });
