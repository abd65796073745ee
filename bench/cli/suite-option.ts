import { Option } from 'commander';
import { defaultSuite, suites } from '../lab/index.ts';

/** `--suite`, of the commands that make lab hosts. */
export const suiteOption = (): Option =>
  new Option('--suite <suite>', 'the Debian release of the hosts').choices(suites).default(defaultSuite);
