#!/usr/bin/env node
import { Command } from 'commander';
import { abortCommand } from './control/abort.ts';
import { setCommand } from './control/set.ts';
import { hostCommand } from './host/host.ts';
import { imagesCommand } from './images/images.ts';
import { checkCommand } from './migration/check.ts';
import { migrateCommand } from './migration/migrate.ts';
import { runProgram, version } from './program.ts';
import { recoverCommand } from './recovery/recover.ts';
import { statusCommand } from './status/status.ts';
import { explain } from './terminal/exit-codes.ts';
import { profileCommand } from './tuning/profile.ts';
import { tuneCommand } from './tuning/tune.ts';

const program = new Command('precopy')
  .description('Live-migrates running containers between Linux hosts by iterative pre-copy')
  .version(version())
  .showHelpAfterError('(--help shows every option)')
  .addCommand(checkCommand())
  .addCommand(migrateCommand())
  .addCommand(statusCommand())
  .addCommand(setCommand())
  .addCommand(abortCommand())
  .addCommand(recoverCommand())
  .addCommand(profileCommand())
  .addCommand(tuneCommand())
  .addCommand(hostCommand())
  .addCommand(imagesCommand())
  .enablePositionalOptions();

await runProgram(program, explain);
