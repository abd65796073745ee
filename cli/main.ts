#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { abortCommand } from './abort.ts';
import { benchCommand } from './bench.ts';
import { checkCommand } from './check.ts';
import { demoCommand } from './demo.ts';
import { exitCodes, explain } from './exit-codes.ts';
import { hostCommand } from './host.ts';
import { imagesCommand } from './images.ts';
import { labCommand } from './lab.ts';
import { migrateCommand } from './migrate.ts';
import { profileCommand } from './profile.ts';
import { recoverCommand } from './recover.ts';
import { setCommand } from './set.ts';
import { statusCommand } from './status.ts';
import { tuneCommand } from './tune.ts';
import { tellLine } from './write.ts';

/** `package.json` lies beside `dist/` when built, and one folder up when run from source. */
const version = (): string => {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'));
      return String(version);
    } catch {}
  }
  return 'unknown';
};

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
  .addCommand(labCommand())
  .addCommand(demoCommand())
  .addCommand(benchCommand(version()))
  .enablePositionalOptions();

/** commander would end the process itself, with 1 for everything. */
const leaveTheEndToUs = (command: Command): void => {
  command.exitOverride();
  command.commands.forEach(leaveTheEndToUs);
};
leaveTheEndToUs(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    const { line, hint, code } = explain(error);
    tellLine(`precopy: ${line}`);
    if (hint !== undefined) tellLine(`Try: ${hint}`);
    process.exitCode = code;
  }
}
