#!/usr/bin/env node
import { Command } from 'commander';
import { runProgram, version } from '../../cli/program.ts';
import { demoCommand } from './demo.ts';
import { explainBench } from './explain.ts';
import { labCommand } from './lab.ts';
import { measuringCommands } from './measuring.ts';

const program = new Command('precopy-bench')
  .description('Runs lab hosts, migrates workloads between them, and measures what clients see')
  .version(version())
  .showHelpAfterError('(--help shows every option)')
  .addCommand(labCommand())
  .addCommand(demoCommand())
  .enablePositionalOptions();
for (const command of measuringCommands(version())) program.addCommand(command);

await runProgram(program, explainBench);
