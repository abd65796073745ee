import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { exitCodes } from '../../cli/terminal/exit-codes.ts';
import { interruptible } from '../../cli/terminal/interrupt.ts';
import { progressPrinter } from '../../cli/terminal/progress.ts';
import { logLine, writeLine } from '../../cli/terminal/write.ts';
import { openPorts } from '../../cli/wiring/open-ports.ts';
import { defaultDockerRequest } from '../../engine/core/docker/default-request.ts';
import { defaultPageRequest } from '../../engine/core/pages/default-request.ts';
import { defaultPolicy } from '../../engine/core/rounds/default-policy.ts';
import { millis } from '../../engine/model/units.ts';
import { reportText } from '../../engine/observe/report-text.ts';
import type { Host } from '../../engine/ports/host.ts';
import { migrate } from '../../engine/run/migrate.ts';
import { preflight } from '../../engine/run/preflight.ts';
import { remoteHost } from '../../transport/host/remote-host.ts';
import { newMigrationId } from '../../transport/migration-id.ts';
import { longestGap, lostWrites, type RedisWriter, startRedisWriter } from '../client/redis-writer.ts';
import { listContainers } from '../containers/list-containers.ts';
import { runContainer } from '../containers/run-container.ts';
import { redis } from '../containers/workloads.ts';
import { type DemoResult, demoText, succeeded } from '../demo/demo-result.ts';
import { type Lab, type Suite, startLab } from '../lab/index.ts';
import { suiteOption } from './suite-option.ts';

const CONTAINER = 'redis';
const REDIS_PORT = 6379;
/** 100,000 values of 1000 bytes. */
const KEYS = 100_000;
const WRITES_PER_SECOND = 200;

interface DemoOptions {
  readonly suite: Suite;
  readonly json?: string;
}

/** `precopy-bench demo`: the whole job between two real hosts, with a client that keeps count of what it was promised. */
export const demoCommand = (): Command =>
  new Command('demo')
    .description('migrate a redis under writes between two lab hosts, and prove that nothing was lost')
    .addOption(suiteOption())
    .option('--json <file>', 'write the result to a file as JSON too')
    .action(async ({ suite, json }: DemoOptions) => {
      const { signal, settle } = interruptible((first) => {
        if (first) logLine('interrupted: taking the lab down');
      });
      const lab = await startLab({ suite, owned: true, onProgress: logLine, signal });
      try {
        const result = await runDemo(lab, signal);
        if (json !== undefined) await writeFile(json, `${JSON.stringify(result, undefined, 2)}\n`);
        writeLine(`\n${reportText(result.report)}\n\n${demoText(result)}`);
        process.exitCode = succeeded(result) ? exitCodes.done : exitCodes.unexpected;
      } finally {
        settle();
        await lab.down();
      }
    });

const runDemo = async (lab: Lab, signal: AbortSignal): Promise<DemoResult> => {
  const hosts = [
    remoteHost('a', { configFile: lab.sshConfig }),
    remoteHost('b', { configFile: lab.sshConfig }),
  ] as const;
  try {
    const [a, b] = hosts;
    logLine(`starting ${CONTAINER} on a, with ${KEYS.toLocaleString('en')} values of 1000 bytes`);
    await startRedis(a);
    const ports = [await lab.publish('a', REDIS_PORT), await lab.publish('b', REDIS_PORT)] as const;
    signal.throwIfAborted();
    logLine(`writing ${WRITES_PER_SECOND} values/s from outside both hosts, counting every acknowledgement`);
    const writer = startRedisWriter(ports, WRITES_PER_SECOND);
    return await migrateUnder(writer, { lab, a, b, port: ports[1], signal });
  } finally {
    await Promise.allSettled(hosts.map((host) => host.close()));
  }
};

const startRedis = async (host: Host): Promise<void> => {
  await runContainer(host, redis(CONTAINER));
  const populate = `until redis-cli ping; do sleep 0.2; done >/dev/null 2>&1; exec redis-cli debug populate ${KEYS} key 1000`;
  await host.run({ argv: ['sh', '-c', populate], timeout: millis(60_000) });
};

interface Scene {
  readonly lab: Lab;
  readonly a: Host;
  readonly b: Host;
  /** Where the destination's redis is reached from here. */
  readonly port: number;
  readonly signal: AbortSignal;
}

const migrateUnder = async (writer: RedisWriter, { lab, a, b, port, signal }: Scene): Promise<DemoResult> => {
  let stopped: Awaited<ReturnType<RedisWriter['stop']>> | undefined;
  const stop = async (): Promise<typeof stopped & object> => (stopped ??= await writer.stop());
  try {
    await sleep(3000, undefined, { signal });
    const report = await migrateContainer(lab, signal);
    const { acknowledged } = writer;
    const before = acknowledged();
    // The client has to find the other host by itself, and go on there.
    for (let second = 0; second < 20 && acknowledged() < before + WRITES_PER_SECOND; second += 1)
      await sleep(1000);
    const { acknowledgements, unanswered } = await stop();
    const lost = report.outcome === 'migrated' ? await lostWrites(port, acknowledgements) : [];
    return {
      version: 1,
      report,
      client: {
        writesPerSecond: WRITES_PER_SECOND,
        acknowledged: acknowledgements.length,
        acknowledgedAfter: acknowledged() - before,
        unanswered,
        lost: lost.length,
        longestGap: longestGap(acknowledgements),
      },
      containers: { source: await listContainers(a), destination: await listContainers(b) },
    };
  } finally {
    await stop();
  }
};

const migrateContainer = async (lab: Lab, signal: AbortSignal): Promise<DemoResult['report']> => {
  const hosts = { from: 'a', to: 'b', toAddress: lab.hosts.b.address, sshConfig: lab.sshConfig };
  const rest = {
    sshPort: 22,
    runtime: 'runc',
    runcRoot: '/run/runc',
    imagesDir: '/run/precopy',
  } as const;
  const opened = await openPorts({ ...hosts, ...rest }, CONTAINER, millis(30_000));
  try {
    const request = {
      container: CONTAINER,
      from: 'a',
      to: 'b',
      policy: defaultPolicy,
      pages: defaultPageRequest,
      docker: defaultDockerRequest,
    };
    const plan = await preflight(
      opened.ports,
      { migration: newMigrationId(), request, address: opened.address },
      signal,
    );
    return await migrate(plan, opened.ports, { sink: progressPrinter(), signal });
  } finally {
    await opened.close();
  }
};
