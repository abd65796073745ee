import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identify, isAlive, kill, self, untilGone } from '../../../bench/lab/processes.ts';

const sleeper = async () => {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  await once(child, 'spawn');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const identity = await identify(child.pid ?? 0);
  if (identity === undefined) throw new Error('sleep did not start');
  return { child, identity };
};

describe('a process', () => {
  it('is alive until it ends', async () => {
    const { child, identity } = await sleeper();
    expect(await isAlive(identity)).toBe(true);
    expect(await untilGone([identity], 50)).toBe(false);
    child.kill('SIGKILL');
    expect(await untilGone([identity], 5000)).toBe(true);
  });

  it('is killed', async () => {
    const { child, identity } = await sleeper();
    const exited = once(child, 'exit');
    await kill(identity);
    expect((await exited)[1]).toBe('SIGKILL');
    await kill(identity);
  });

  it('is left alone when another one has its number', async () => {
    const { identity } = await sleeper();
    await kill({ ...identity, startTime: '1' });
    expect(await isAlive(identity)).toBe(true);
  });

  it('that is only waited for is gone', async () => {
    // The shell's child has ended, but the shell, being replaced, never asks how.
    const shell = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 300']);
    onTestFinished(() => {
      shell.kill('SIGKILL');
    });
    const [pid] = await once(shell.stdout, 'data');
    const identity = { pid: Number(String(pid)), startTime: '' };
    await expect.poll(() => identify(identity.pid)).toBeUndefined();
  });

  it('knows itself', async () => {
    expect((await self()).pid).toBe(process.pid);
  });
});
