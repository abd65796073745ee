import { Command } from 'commander';
import { benchReportCommand } from './bench-report.ts';

/** `precopy bench`: migrations measured, and what came of it. */
export const benchCommand = (): Command =>
  new Command('bench')
    .description('measure migrations, and show what was measured')
    .addCommand(benchReportCommand());
