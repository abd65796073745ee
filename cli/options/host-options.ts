import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Reached } from '../../engine/model/journal.ts';
import { withOptions } from './with-options.ts';

/** Options that say on which host a container is, and how that is reached. */
export interface SourceOptions {
  readonly from?: string;
  readonly sshConfig?: string;
  readonly sudo?: true;
  /** `auto`, which is the default: Docker's container where Docker on the source knows it, else runc's. */
  readonly runtime?: 'auto' | 'runc' | 'docker';
  readonly runcRoot: string;
  readonly imagesDir: string;
}

/** Options that say between which hosts, and how they are reached. */
export interface HostOptions extends SourceOptions {
  readonly to: string;
  readonly toAddress?: string;
  readonly sshPort: number;
}

/** What a later command has to know to reach the same hosts, from wherever it is started. */
export const reachedBy = ({ from, sshConfig, sudo, runcRoot }: HostOptions): Reached => ({
  local: from === undefined,
  ...(sshConfig === undefined ? {} : { sshConfig: resolve(sshConfig) }),
  ...(sudo === undefined ? {} : { sudo }),
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

export const sudoOption = (): Option =>
  new Option('--sudo', 'become root by sudo, without a password, where ssh logs in as another user');

const sourceOptions = (): readonly Option[] => [
  new Option('--from <host>', 'source, [user@]host[:port] or an ssh alias (default: this machine)'),
  new Option('--ssh-config <file>', 'ssh configuration to use instead of ~/.ssh/config'),
  sudoOption(),
  new Option(
    '--runtime <what>',
    "whose container it is; auto takes Docker's where Docker on the source knows it, else runc's",
  )
    .choices(['auto', 'runc', 'docker'])
    .default('auto'),
  new Option('--runc-root <dir>', "runc's --root on the hosts, not for Docker's containers")
    .argParser(plainPath)
    .default('/run/runc'),
  new Option('--images-dir <dir>', 'where images lie on the hosts')
    .argParser(plainPath)
    .default('/run/precopy'),
];

const destinationOptions = (): readonly Option[] => [
  new Option(
    '--to-address <address>',
    'the destination as the source reaches it (default: its ssh host name)',
  ).argParser(address),
  new Option('--ssh-port <port>', 'sshd of the destination as the source reaches it')
    .argParser(port)
    .default(22),
];

export const withSourceOptions = (command: Command): Command => withOptions(command, sourceOptions());

export const withHostOptions = (command: Command): Command => {
  const to = 'destination: [user@]host[:port], ssh://..., or a name from the ssh configuration';
  return withOptions(command.requiredOption('--to <host>', to), [
    ...sourceOptions(),
    ...destinationOptions(),
  ]);
};
