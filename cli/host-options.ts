import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Reached } from '../engine/model/journal.ts';

/** Options that say between which hosts, and how they are reached. */
export interface HostOptions {
  readonly to: string;
  readonly from?: string;
  readonly toAddress?: string;
  readonly sshConfig?: string;
  readonly sshPort: number;
  /** `auto`, which is the default: Docker's container where Docker on the source knows it, else runc's. */
  readonly runtime?: 'auto' | 'runc' | 'docker';
  readonly runcRoot: string;
  readonly imagesDir: string;
}

/** What a later command has to know to reach the same hosts, from wherever it is started. */
export const reachedBy = ({ from, sshConfig, runcRoot }: HostOptions): Reached => ({
  local: from === undefined,
  ...(sshConfig === undefined ? {} : { sshConfig: resolve(sshConfig) }),
  runcRoot,
});

/** Paths become part of command lines on the hosts; a plain one needs no quoting anywhere. */
export const plainPath = (value: string): string => {
  if (!/^(\/[\w+.-]+)+$/.test(value) || value.split('/').includes('..')) {
    throw new InvalidArgumentError(
      "must be an absolute path of letters, digits and '_+.-', such as /run/precopy",
    );
  }
  return value;
};

export const port = (value: string): number => {
  const parsed = Number(value);
  if (!/^\d+$/.test(value) || parsed < 1 || parsed > 65_535)
    throw new InvalidArgumentError('must be a port, 1 to 65535');
  return parsed;
};

const address = (value: string): string => {
  if (!/^[\w.:%-]+$/.test(value) || value.startsWith('-')) {
    throw new InvalidArgumentError('must be an IP address or a host name');
  }
  return value;
};

export const withHostOptions = (command: Command): Command =>
  command
    .requiredOption(
      '--to <host>',
      'destination: [user@]host[:port], ssh://..., or a name from the ssh configuration',
    )
    .option('--from <host>', 'source, named likewise (default: this machine)')
    .addOption(
      new Option(
        '--to-address <address>',
        'the destination as the source reaches it (default: its ssh host name)',
      ).argParser(address),
    )
    .option('--ssh-config <file>', 'ssh configuration to use instead of ~/.ssh/config')
    .addOption(
      new Option('--ssh-port <port>', 'sshd of the destination as the source reaches it')
        .argParser(port)
        .default(22),
    )
    .addOption(
      new Option(
        '--runtime <what>',
        "whose container it is; auto takes Docker's where Docker on the source knows it, else runc's",
      )
        .choices(['auto', 'runc', 'docker'])
        .default('auto'),
    )
    .addOption(
      new Option('--runc-root <dir>', "runc's --root on both hosts, not for Docker's containers")
        .argParser(plainPath)
        .default('/run/runc'),
    )
    .addOption(
      new Option('--images-dir <dir>', 'where images lie on both hosts')
        .argParser(plainPath)
        .default('/run/precopy'),
    );
