import { Command } from 'commander';
import { defaultPolicy } from '../../engine/core/rounds/default-policy.ts';
import { millis } from '../../engine/model/units.ts';
import { findingsText } from '../../engine/observe/text/findings.ts';
import { preflight } from '../../engine/run/preflight.ts';
import { newMigrationId } from '../../transport/migration-id.ts';
import { type DockerOptions, dockerRequestFrom, withDockerOptions } from '../options/docker-options.ts';
import { type HostOptions, withHostOptions } from '../options/host-options.ts';
import { type PageOptions, pageRequestFrom, withPageOptions } from '../options/page-options.ts';
import { maxRoundsOption } from '../options/policy-options.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { writeLine } from '../terminal/write.ts';
import { openPorts } from '../wiring/open-ports.ts';

interface CheckOptions extends HostOptions, PageOptions, DockerOptions {
  readonly maxRounds: number;
  readonly json?: true;
}

/** `precopy check`: checks whether the container can be migrated. Changes nothing. */
export const checkCommand = (): Command =>
  withDockerOptions(
    withPageOptions(
      withHostOptions(
        new Command('check')
          .description('check whether a container can be migrated; changes nothing')
          .argument('<container>', 'a running container: its id, or its name in Docker')
          .addOption(maxRoundsOption())
          .option('--json', 'print the findings as JSON'),
      ),
    ),
  ).action(async (container: string, options: CheckOptions) => {
    const opened = await openPorts(options, container, millis(0));
    try {
      const request = {
        container,
        from: opened.from,
        to: opened.to,
        policy: { ...defaultPolicy, maxRounds: options.maxRounds },
        pages: pageRequestFrom(options),
        docker: dockerRequestFrom(options),
      };
      const { signal, settle } = interruptible(() => {});
      const plan = await preflight(
        opened.ports,
        { migration: newMigrationId(), request, address: opened.address },
        signal,
      );
      settle();
      const { findings } = plan;
      writeLine(
        options.json === true
          ? JSON.stringify({ version: 1, findings }, undefined, 2)
          : findingsText(findings),
      );
      if (findings.some(({ severity }) => severity === 'error')) process.exitCode = exitCodes.refused;
    } finally {
      await opened.close();
    }
  });
