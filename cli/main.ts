#!/usr/bin/env node
import { Command } from 'commander';
import { abortCommand } from './abort.ts';
import { checkCommand } from './check.ts';
import { explain } from './exit-codes.ts';
import { hostCommand } from './host.ts';
import { imagesCommand } from './images.ts';
import { migrateCommand } from './migrate.ts';
import { profileCommand } from './profile.ts';
import { runProgram, version } from './program.ts';
import { recoverCommand } from './recover.ts';
import { setCommand } from './set.ts';
import { statusCommand } from './status.ts';
import { tuneCommand } from './tune.ts';

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
