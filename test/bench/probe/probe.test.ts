import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientRecord } from '../../../bench/probe/client-record.ts';
import { echoProtocol } from '../../../bench/probe/echo-protocol.ts';
import { type Probe, startProbe } from '../../../bench/probe/probe.ts';

/** A service that echoes lines, and can stand still for a while, answer wrongly, or go away. */
const startService = async () => {
  const sockets = new Set<Socket>();
  let held: (() => void)[] | undefined;
  let wrong = false;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const answer = (): void => {
        if (!socket.destroyed) socket.write(wrong ? String(chunk).replaceAll(/\d/g, 'x') : chunk);
      };
      if (held === undefined) answer();
      else held.push(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(stop);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    stop,
    stallFor: async (milliseconds: number): Promise<void> => {
      held = [];
      await sleep(milliseconds);
      const late = held;
      held = undefined;
      for (const answer of late) answer();
    },
    answerWrongly: () => {
      wrong = true;
    },
  };
};

const untilAnswered = async (probe: Probe, more: number): Promise<void> => {
  const enough = probe.answered() + more;
  while (probe.answered() < enough) await sleep(5);
};

/** A port that nobody listens at. */
const deadPort = async (): Promise<number> => {
  const service = await startService();
  service.stop();
  return service.port;
};

describe('a probe', () => {
  it('measures how long a service stood still, and when that began', async () => {
    const service = await startService();
    const probe = startProbe({ protocol: echoProtocol, ports: [service.port], perSecond: 200 });
    await untilAnswered(probe, 20);
    const began = performance.now();
    await sleep(300);
    const stalledAt = performance.now();
    await service.stallFor(800);
    const stalled = performance.now() - stalledAt;
    await untilAnswered(probe, 20);
    const { longestGap, gapBegan, failed, wrong, latency } = clientRecord(await probe.stop(), began, 0);
    // Up to the request before and after it, and what a busy machine adds.
    expect(Math.abs(longestGap - stalled)).toBeLessThan(300);
    expect(Math.abs(gapBegan - (stalledAt - began))).toBeLessThan(300);
    expect([failed, wrong]).toEqual([0, 0]);
    expect(latency.during.max).toBeLessThan(500);
  });

  it('goes on where the service is once it is no longer where it was, and counts what was never answered', async () => {
    const [from, to] = [await startService(), await startService()];
    const probe = startProbe({ protocol: echoProtocol, ports: [from.port], perSecond: 200 });
    const both = startProbe({ protocol: echoProtocol, ports: [from.port, to.port], perSecond: 200 });
    await untilAnswered(probe, 20);
    await untilAnswered(both, 20);
    void from.stallFor(200);
    await sleep(100);
    from.stop();
    await sleep(100);
    await untilAnswered(both, 20);
    const { requests } = await probe.stop();
    expect(requests.filter(({ answer }) => answer === undefined).length).toBeGreaterThan(0);
    const { connections } = await both.stop();
    expect(connections.at(-1)?.port).toBe(to.port);
  });

  it('tells a wrong answer from a right one', async () => {
    const service = await startService();
    const probe = startProbe({ protocol: echoProtocol, ports: [service.port], perSecond: 200 });
    const began = performance.now();
    await untilAnswered(probe, 5);
    service.answerWrongly();
    await sleep(200);
    const { wrong, longestGap } = clientRecord(await probe.stop(), began, 0);
    expect(wrong).toBeGreaterThan(5);
    // A wrong answer ends no gap.
    expect(longestGap).toBeGreaterThan(150);
  });

  it('is not kept waiting by a port that nobody listens at', async () => {
    const service = await startService();
    const ports = [await deadPort(), service.port];
    const probe = startProbe({ protocol: echoProtocol, ports, perSecond: 200 });
    const began = performance.now();
    await untilAnswered(probe, 1);
    expect(performance.now() - began).toBeLessThan(900);
    await probe.stop();
  });
});
