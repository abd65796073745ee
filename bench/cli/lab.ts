import { Command } from 'commander';
import { execa } from 'execa';
import { exitCodes } from '../../cli/terminal/exit-codes.ts';
import { interruptible } from '../../cli/terminal/interrupt.ts';
import { logLine, writeLine } from '../../cli/terminal/write.ts';
import {
  type HostName,
  hostNames,
  LabError,
  labStatuses,
  openLab,
  prepareImage,
  removeLabNamed,
  type Suite,
  startLab,
} from '../lab/index.ts';
import { suiteOption } from './suite-option.ts';

interface LabOptions {
  readonly name: string;
}

interface SuiteOptions {
  readonly suite: Suite;
}

/** `precopy-bench lab`: two hosts on this machine, to try migrations between. */
export const labCommand = (): Command =>
  new Command('lab')
    .description('run two small Linux hosts on this machine, to migrate between')
    .enablePositionalOptions()
    .addCommand(
      named('up', 'start a lab; the first time, this makes its image').addOption(suiteOption()).action(up),
    )
    .addCommand(
      new Command('image')
        .description("make the hosts' image now, so that the first lab starts as fast as the next")
        .addOption(suiteOption())
        .action(image),
    )
    .addCommand(named('down', 'end a lab and remove all it wrote').action(down))
    .addCommand(named('reset', 'put both hosts back to how they were when new').action(reset))
    .addCommand(new Command('status').description('list the labs').action(status))
    .addCommand(
      named('ssh', 'run a command, or a shell, on a host of a lab')
        .argument('<host>', hostNames.join(' or '))
        .argument('[command...]')
        .passThroughOptions()
        .action((host: string, command: readonly string[], options: LabOptions) =>
          ssh(host, command, options),
        ),
    );

const named = (name: string, description: string): Command =>
  new Command(name).description(description).option('--name <name>', 'which lab', 'default');

const up = async ({ name, suite }: LabOptions & SuiteOptions): Promise<void> => {
  const running = (await labStatuses()).find((lab) => lab.name === name);
  if (running !== undefined && !running.isStarting) {
    if (!running.isOn.a || !running.isOn.b) {
      throw new LabError(`lab ${name} is there, but not all of it is on`, {
        hint: `npx precopy-bench lab reset --name ${name}`,
      });
    }
    if (running.suite !== suite) {
      throw new LabError(`lab ${name} is up already, with Debian ${running.suite} hosts`, {
        hint: `npx precopy-bench lab down --name ${name}`,
      });
    }
    writeLine(`lab ${name} is up already: ssh -F ${running.sshConfig} a`);
    return;
  }
  await withProgress('removing what was begun', async (signal, onProgress) => {
    const { sshConfig, hosts } = await startLab({ name, suite, owned: false, onProgress, signal });
    writeLine(
      `lab ${name} is up: ssh -F ${sshConfig} a   (or b; ${hosts.a.address} and ${hosts.b.address} between them)`,
    );
  });
};

const image = ({ suite }: SuiteOptions): Promise<void> =>
  withProgress('removing what was begun', async (signal, onProgress) => {
    const { directory } = await prepareImage(suite, onProgress, signal);
    writeLine(`the image is at ${directory}`);
  });

const down = ({ name }: LabOptions): Promise<void> => removeLabNamed(name);

const reset = ({ name }: LabOptions): Promise<void> =>
  withProgress('stopping', async (signal) => (await openLab(name)).reset(signal));

const status = async (): Promise<void> => {
  const labs = await labStatuses();
  if (labs.length === 0) writeLine('no lab is up');
  for (const { name, suite, accelerator, owner, isStarting, isOn, sshConfig } of labs) {
    const hosts = hostNames.map((host) => `${host} ${isOn[host] ? 'on' : 'off'}`).join(', ');
    const kept = owner === undefined ? '' : `, ends with process ${owner}`;
    writeLine(
      `${name}: ${isStarting ? 'starting, ' : ''}${hosts} (Debian ${suite}, ${accelerator}${kept}); ssh -F ${sshConfig} a`,
    );
  }
};

const isHostName = (name: string): name is HostName => hostNames.some((host) => host === name);

const ssh = async (host: string, command: readonly string[], { name }: LabOptions): Promise<void> => {
  if (!isHostName(host)) throw new LabError(`a lab has the hosts ${hostNames.join(' and ')}, not '${host}'`);
  const { sshConfig } = await openLab(name);
  const { exitCode } = await execa('ssh', ['-F', sshConfig, host, ...command], {
    stdio: 'inherit',
    reject: false,
  });
  process.exitCode = exitCode ?? exitCodes.unexpected;
};

/** Shows how long things take, and has Ctrl-C undo them instead of leaving them half done. */
const withProgress = async (
  whenInterrupted: string,
  action: (signal: AbortSignal, onProgress: (line: string) => void) => Promise<void>,
): Promise<void> => {
  const began = Date.now();
  const { signal, settle } = interruptible((first) => {
    if (first) logLine(`interrupted: ${whenInterrupted}`);
  });
  try {
    await action(signal, (line) => {
      logLine(`[${String(Math.round((Date.now() - began) / 1000)).padStart(3)} s] ${line}`);
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    settle();
  }
};
