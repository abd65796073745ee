import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { scriptText } from '../../../transport/door/script.ts';
import { atEnd, makeProgram, type StartedScript, startScript, temporaryDirectory } from './start-script.ts';

/** Counts what comes. */
const sink = async (): Promise<{ port: number; received: () => number }> => {
  let received = 0;
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  atEnd(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { port, received: () => received };
};

const sending =
  'socket my $s, 2, 1, 0; connect $s, pack("S n C4 x8", 2, $ARGV[0], 127, 0, 0, 1) or die; my $b = "x" x 65536; while (syswrite $s, $b) {}';

/** A process that sends as fast as it can. */
const sender = (program: string, port: number): { pid: number; end: () => void } => {
  const child = spawn(program, ['-e', sending, String(port)], { stdio: 'ignore' });
  const end = (): void => void child.kill('SIGKILL');
  atEnd(end);
  return { pid: child.pid ?? 0, end };
};

/** The script for a connection of this process in the place of ssh's. */
const pacing = async (pid: number, port: number): Promise<StartedScript> => {
  const directory = await temporaryDirectory();
  await makeProgram(`${directory}/ssh`, `#!/bin/sh\necho 'Master running (pid=${pid})' >&2\n`);
  const script = await startScript('pace', [directory, `${directory}/mux`, port], {
    PATH: `${directory}:${process.env['PATH']}`,
  });
  atEnd(() => script.kill());
  return script;
};

/** Bytes a second, over a second and a half. */
const rate = async (...sinks: readonly { received: () => number }[]): Promise<number> => {
  const sum = (): number => sinks.reduce((all, { received }) => all + received(), 0);
  const [from, begun] = [performance.now(), sum()];
  await sleep(1500);
  return ((sum() - begun) / (performance.now() - from)) * 1000;
};

/**
 * Seen to keep to the cap, and to make use of it: what is counted here comes without headers. A busy machine may send or count nothing for
 * a while, and much at once after that, so it is looked at until it shows; what has no cap shows many times that in each look.
 */
const expectHeld = async (cap: number, ...sinks: readonly { received: () => number }[]): Promise<void> => {
  const shares: number[] = [];
  const isHeld = (share: number): boolean => share > 0.9 && share < 1.1;
  for (let look = 0; look < 8 && !shares.some(isHeld); look += 1)
    shares.push((await rate(...sinks)) / (cap * 0.95));
  expect(shares.some(isHeld), `shares of the cap: ${shares.join(' ')}`).toBe(true);
};

/** Many times any cap here, however busy the machine is. */
const FAST = 12_000_000;

const facts = ['-c', scriptText('host-facts'), 'facts', 'runc', '/run', 'source'];

describe('a connection that is held to a rate', () => {
  it('is one of a kernel that can, as preflight asks it', () => {
    expect(spawnSync('bash', facts, { encoding: 'utf8' }).stdout).toContain('pacing ok yes\n');
  });

  it('is told to be impossible on a machine whose system calls are not known', () => {
    const { stdout } = spawnSync('setarch', ['linux32', 'bash', ...facts], { encoding: 'utf8' });
    expect(stdout).toMatch(
      /^pacing failed the system call \w+ is known on x86-64 and arm64 only, not on \w+/m,
    );
  });

  it('keeps to it at once, then to another, and goes as fast as it can once that is lifted', async () => {
    const there = await sink();
    const { pid } = sender('perl', there.port);
    const script = await pacing(pid, there.port);
    for (const cap of [2_000_000, 4_000_000]) {
      script.write(`rate ${cap}\n`);
      await script.says(`paced ${cap}`);
      await sleep(500);
      await expectHeld(cap, there);
    }
    script.write('rate 0\n');
    await script.says('paced 0');
    expect(await rate(there)).toBeGreaterThan(FAST);
  });

  it('is let go when nobody stands behind the rate any more', async () => {
    const there = await sink();
    const { pid } = sender('perl', there.port);
    const script = await pacing(pid, there.port);
    script.write('rate 2000000\n');
    await script.says('paced 2000000');
    script.endInput();
    await script.ended;
    expect(await rate(there)).toBeGreaterThan(FAST);
  });

  it("shares the rate with criu's own, and has all of it when that is done", async () => {
    const directory = await temporaryDirectory();
    const perl = execFileSync('sh', ['-c', 'command -v perl'], { encoding: 'utf8' }).trim();
    await copyFile(perl, `${directory}/criu`);
    const [files, pages] = [await sink(), await sink()];
    const { pid } = sender('perl', files.port);
    const script = await pacing(pid, files.port);
    script.write(`pages ${pages.port}\nrate 4000000\n`);
    await script.says('paced 4000000');
    const criu = sender(`${directory}/criu`, pages.port);
    await expect.poll(pages.received).toBeGreaterThan(0);
    await sleep(1000);
    await expectHeld(4_000_000, files, pages);
    expect(await rate(pages)).toBeGreaterThan(1_000_000);
    criu.end();
    await sleep(500);
    await expectHeld(4_000_000, files);
  });

  it('that is none is told', async () => {
    const script = await pacing(process.pid, 1);
    script.write('rate 2000000\n');
    await script.says('failed ssh has no connection to port 1');
    const gone = await pacing(4_000_000, 22);
    gone.write('rate 2000000\n');
    await gone.says('failed pidfd_open: No such process');
  });
});
