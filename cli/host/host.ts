import { Command } from 'commander';
import type { Host } from '../../engine/ports/host.ts';
import { type HostDaemon, readHostDaemon } from '../../transport/docker/host-daemon.ts';
import {
  currentVersion,
  type HostChange,
  planRemoval,
  planSetup,
  readRuntimeUsers,
  setUpHost,
  undoHostSetup,
  versionOf,
  wrapperState,
} from '../../transport/docker/host-setup.ts';
import { localHost } from '../../transport/host/local-host.ts';
import { remoteHost } from '../../transport/host/remote-host.ts';
import { sudoOption } from '../options/host-options.ts';
import { askForConsent } from '../terminal/confirm.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { logLine, writeLine } from '../terminal/write.ts';
import { hostChangeText } from './change-text.ts';

interface ReachOptions {
  readonly sshConfig?: string;
  readonly sudo?: true;
}

interface ChangeOptions extends ReachOptions {
  readonly yes?: true;
}

/** `precopy host`: sets up what a destination of Docker containers needs and preflight only looks for. */
export const hostCommand = (): Command =>
  new Command('host')
    .description('prepare a host for Docker containers to migrate to')
    .addCommand(
      changeSubcommand(
        'setup',
        "install precopy's OCI runtime and make Docker load it; Docker is not restarted",
      ).action((name: string | undefined, options: ChangeOptions) => onHost(name, options, setup)),
    )
    .addCommand(
      changeSubcommand('remove', 'undo what setup did').action(
        (name: string | undefined, options: ChangeOptions) => onHost(name, options, remove),
      ),
    )
    .addCommand(
      hostSubcommand('status', "show whether precopy's OCI runtime is installed; changes nothing").action(
        (name: string | undefined, options: ReachOptions) => onHost(name, options, status),
      ),
    );

const hostSubcommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .argument('[host]', 'host, named as for --to (default: this machine)')
    .option('--ssh-config <file>', 'ssh configuration to use instead of ~/.ssh/config')
    .addOption(sudoOption());

const changeSubcommand = (name: string, description: string): Command =>
  hostSubcommand(name, description).option('-y, --yes', 'change the host without asking');

const onHost = async <Options extends ReachOptions>(
  name: string | undefined,
  options: Options,
  action: (host: Host, options: Options, signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  const { sshConfig, sudo } = options;
  const ssh = { sudo: sudo === true, ...(sshConfig === undefined ? {} : { configFile: sshConfig }) };
  const host = name === undefined ? localHost() : remoteHost(name, ssh);
  const { signal, settle } = interruptible((first) => logLine(first ? 'interrupted' : 'please wait'));
  try {
    await action(host, options, signal);
  } finally {
    settle();
    await host.close();
  }
};

const setup = async (host: Host, { yes }: ChangeOptions, signal: AbortSignal): Promise<void> => {
  const change = planSetup(await readHostDaemon(host, signal));
  if (change === undefined)
    return writeLine(`${host.name}: nothing to do, version ${currentVersion()} is installed`);
  if (!(await confirmChange(host, change, yes === true, signal))) return;
  await setUpHost(host, change);
  writeLine(`${host.name}: done, Docker containers can migrate here`);
};

const remove = async (host: Host, { yes }: ChangeOptions, signal: AbortSignal): Promise<void> => {
  const change = planRemoval(await readHostDaemon(host, signal));
  if (change === undefined) return writeLine(`${host.name}: nothing to do`);
  const users = await readRuntimeUsers(host);
  if (users.length > 0) {
    logLine(
      `precopy: nothing was removed, because containers on ${host.name} cannot start without the runtime: ${users.join(', ')}`,
    );
    process.exitCode = exitCodes.refused;
    return;
  }
  if (!(await confirmChange(host, change, yes === true, signal))) return;
  await undoHostSetup(host, change);
  writeLine(`${host.name}: done`);
};

const confirmChange = async (
  host: Host,
  change: HostChange,
  yes: boolean,
  signal: AbortSignal,
): Promise<boolean> => {
  logLine(hostChangeText(host.name, change));
  if (yes) return true;
  const noTerminal = 'nothing was changed: there is no terminal to ask on, so use --yes';
  const consent = await askForConsent(`Change this on ${host.name}?`, noTerminal, signal);
  // A change that was started is not interrupted: it is completed, or undone after an error.
  signal.throwIfAborted();
  return consent;
};

const status = async (host: Host, _: ReachOptions, signal: AbortSignal): Promise<void> => {
  const daemon = await readHostDaemon(host, signal);
  writeLine(`${host.name}: Docker ${daemon.version}, ${stateText(daemon)}`);
  if (wrapperState(daemon) !== 'ready') process.exitCode = exitCodes.refused;
};

const stateText = (daemon: HostDaemon): string => {
  switch (wrapperState(daemon)) {
    case 'ready':
      return `ready (version ${currentVersion()})`;
    case 'outdated':
      return `another version is installed (${versionOf(daemon.wrapper ?? '')}, this precopy has ${currentVersion()}): run 'precopy host setup'`;
    case 'missing':
      return "not set up: run 'precopy host setup'";
  }
};
