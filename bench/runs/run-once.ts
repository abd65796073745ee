import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../engine/model/errors.ts';
import { millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { type Server, serverOf } from '../containers/server.ts';
import type { RunRecord } from '../model/run-record.ts';
import type { Scenario } from '../model/scenario.ts';
import { clientRecord, lengthOf, longestGap, type Span } from '../probe/client-record.ts';
import { type Probe, type ProbeResult, startProbe } from '../probe/probe.ts';
import { micros } from '../probe/thin.ts';
import type { Migrated, Scene, Variant } from '../variants/variant.ts';

/** What one run is made of. */
export interface Run {
  readonly scenario: Scenario;
  readonly variant: Variant;
  readonly scene: Scene;
  /** Ports of this machine that lead to the service's on a and b. */
  readonly ports: { readonly a: number; readonly b: number };
}

export type Measured = Pick<
  RunRecord,
  'outcome' | 'failure' | 'client' | 'totalTime' | 'bytesSent' | 'downtime' | 'parts' | 'report'
>;

/** So long a client is watched before the command, and after it until it has been answered for as long. */
const BEFORE = 3000;
/** A service that has not answered again after this long is gone. */
const PATIENCE = 60_000;

/** Starts the workload, moves it under the eyes of a client, and looks at what has become of it. Nothing is left on the hosts. */
export const runOnce = async (run: Run, signal: AbortSignal): Promise<Measured> => {
  const { scenario, variant, scene } = run;
  const server = serverOf(scenario);
  await variant.remove(scene);
  try {
    await variant.start(scene, server);
    await populate(scene.a, server);
    return await measure(run, server, signal);
  } finally {
    await variant.remove(scene);
  }
};

const populate = async (host: Host, { populate }: Server): Promise<void> => {
  if (populate === undefined) return;
  const script = `for i in $(seq 50); do ${populate} >/dev/null 2>&1 && exit; sleep 0.2; done; ${populate}`;
  await host.run({ argv: ['bash', '-c', script], timeout: millis(120_000) });
};

const measure = async (run: Run, server: Server, signal: AbortSignal): Promise<Measured> => {
  const { scene, ports, variant } = run;
  const { protocol, requestsPerSecond: perSecond } = server;
  const probe = startProbe({ protocol, ports: [ports.a, ports.b], perSecond });
  try {
    await untilAnswered(probe, perSecond * (BEFORE / 1000), signal);
    const sentBefore = await sentBy(scene.a);
    const began = performance.now();
    const migrated = await migrate(run, server);
    const totalTime = micros(performance.now() - began);
    const bytesSent = (await sentBy(scene.a)) - sentBefore;
    await untilAnswered(probe, probe.answered() + perSecond * (BEFORE / 1000), signal);
    const seen = await probe.stop();
    const problems = await protocol
      .verify(ports[variant.endsOn], rightlyAnswered(seen))
      .catch((cause: unknown) => [`the service cannot be looked at: ${String(cause)}`]);
    return { ...outcomeOf(seen, migrated, problems, began), totalTime, bytesSent };
  } finally {
    await probe.stop();
  }
};

/** A failed run is a result, too. */
const migrate = async (
  { variant, scene, scenario }: Run,
  server: Server,
): Promise<Migrated | { readonly failure: string }> => {
  try {
    return await variant.migrate(scene, server, scenario.policy ?? []);
  } catch (cause) {
    return { failure: messageOf(cause) };
  }
};

const outcomeOf = (
  seen: ProbeResult,
  migrated: Migrated | { readonly failure: string },
  problems: readonly string[],
  began: number,
): Omit<Measured, 'totalTime'> => {
  const client = clientRecord(seen, began, problems.length);
  if ('failure' in migrated) return { outcome: 'failed', failure: migrated.failure, client };
  const gap = longestGap(seen, began);
  const { parts, ...rest } = migrated;
  const measured = { ...rest, client, parts: parts(gap, connectingIn(seen, gap)) };
  if (client.wrong === 0) return { outcome: 'ok', ...measured };
  return { outcome: 'failed', failure: problems[0] ?? 'wrong answers', ...measured };
};

/** How long the connection took that ended the gap. */
const connectingIn = ({ connections }: ProbeResult, gap: Span): number => {
  const last = connections.findLast(({ openAt }) => openAt > gap.began && openAt <= gap.ended);
  return last === undefined ? 0 : lengthOf({ began: last.began, ended: gap.ended });
};

const rightlyAnswered = ({ requests }: ProbeResult): readonly number[] =>
  requests.flatMap(({ request, answer }) => (answer?.right === true ? [request] : []));

const untilAnswered = async (probe: Probe, count: number, signal: AbortSignal): Promise<void> => {
  const deadline = performance.now() + PATIENCE;
  while (probe.answered() < count && performance.now() < deadline) await sleep(50, undefined, { signal });
};

/** By the card that leads to the other host. */
const sentBy = async (host: Host): Promise<number> => {
  const { stdout } = await host.run({ argv: ['cat', '/sys/class/net/eth1/statistics/tx_bytes'] });
  return Number(stdout);
};
