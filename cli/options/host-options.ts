import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Reached } from '../../engine/model/journal.ts';
import { withOptions } from './with-options.ts';

/** Options that name the source and say how to reach it. */
export interface SourceOptions {
  readonly from?: string;
  readonly sshConfig?: string;
  readonly sudo?: true;
  /** `auto`, the default: Docker if Docker on the source has the container, else runc. */
  readonly runtime?: 'auto' | 'runc' | 'docker';
  readonly runcRoot: string;
  readonly imagesDir: string;
}

/** Options that name both hosts and say how to reach them. */
export interface HostOptions extends SourceOptions {
  readonly to: string;
  readonly toAddress?: string;
  readonly sshPort: number;
}

/** Returns what a later command, started in any directory, needs to reach the same hosts. */
export const reachedBy = ({ from, sshConfig, sudo, runcRoot }: HostOptions): Reached => ({
  local: from === undefined,
  ...(sshConfig === undefined ? {} : { sshConfig: resolve(sshConfig) }),
  ...(sudo === undefined ? {} : { sudo }),
  runcRoot,
});

/** Paths become part of command lines on the hosts. A plain path needs no quoting. */
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
  new Option('--sudo', 'become root with sudo, without a password, when ssh logs in as another user');

const sourceOptions = (): readonly Option[] => [
  new Option('--from <host>', 'source, [user@]host[:port] or an ssh alias (default: this machine)'),
  new Option('--ssh-config <file>', 'ssh configuration to use instead of ~/.ssh/config'),
  sudoOption(),
  new Option(
    '--runtime <what>',
    "the container's runtime; auto: docker if Docker on the source has the container, else runc",
  )
    .choices(['auto', 'runc', 'docker'])
    .default('auto'),
  new Option('--runc-root <dir>', "runc's --root on the hosts, not for Docker's containers")
    .argParser(plainPath)
    .default('/run/runc'),
  new Option('--images-dir <dir>', 'directory of the images on the hosts')
    .argParser(plainPath)
    .default('/run/precopy'),
];

const destinationOptions = (): readonly Option[] => [
  new Option(
    '--to-address <address>',
    'address of the destination as the source reaches it (default: its ssh host name)',
  ).argParser(address),
  new Option('--ssh-port <port>', "port of the destination's sshd as the source reaches it")
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
