import { cpus, release, totalmem } from 'node:os';
import type { Host } from '../../engine/ports/host.ts';
import type { RunRecord } from '../model/run-record.ts';

export const machine = (): RunRecord['machine'] => ({
  cores: cpus().length,
  memoryBytes: totalmem(),
  kernel: release(),
});

/** As each program writes its own; the first number with a point in it. */
export const versionsOn = async (host: Host, precopy: string): Promise<RunRecord['versions']> => {
  const versionOf = async (...argv: readonly [string, ...string[]]): Promise<string | undefined> => {
    const { exitCode, stdout } = await host.probe({ argv });
    return exitCode === 0 ? /\d+\.\d[\w.+~-]*/.exec(stdout)?.[0] : undefined;
  };
  const docker = await versionOf('docker', '--version');
  const podman = await versionOf('podman', '--version');
  return {
    precopy,
    criu: (await versionOf('criu', '--version')) ?? 'unknown',
    runc: (await versionOf('runc', '--version')) ?? 'unknown',
    ...(docker === undefined ? {} : { docker }),
    ...(podman === undefined ? {} : { podman }),
    kernel: (await host.run({ argv: ['uname', '-r'] })).stdout.trim(),
  };
};
