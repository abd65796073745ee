import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { localHost } from '../../../transport/host/local-host.ts';
import { sampleMemory } from '../../../transport/runc/sample-memory.ts';
import { container } from '../../fakes/facts.ts';
import { planFor } from '../plan.ts';
import { atEnd } from './start-script.ts';

const host = localHost();
atEnd(() => host.close());

const MIB = 1024 ** 2;

/** A process that holds so many MiB of what an expression makes, once it does. */
const holding = async (mebibytes: number, block: string): Promise<number> => {
  const program = `my @held = map { ${block} } 1 .. ${mebibytes}; $| = 1; print "held"; sleep 1000`;
  const child = spawn('perl', ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child.pid ?? 0;
};

const planOf = (pid: number) => {
  const plan = planFor({ kind: 'directory', path: '/r' });
  return { ...plan, container: container({ pid, cgroupPath: '' }) };
};

describe.concurrent('sample-memory.sh', () => {
  it('tells how small memory gets, and how long that takes', async () => {
    const text = 'join " ", map { "key:$_" } 1 .. 100000';
    const sample = await sampleMemory(host, planOf(await holding(24, text)));
    expect(sample?.size).toBe(MIB);
    expect(sample && sample.size / sample.compressed).toBeGreaterThan(2);
    expect(sample?.took).toBeGreaterThan(0);
  });

  it('sees what cannot be made smaller', async () => {
    const random = 'open my $r, "<", "/dev/urandom"; read $r, my $b, 1048576; $b';
    const sample = await sampleMemory(host, planOf(await holding(24, random)));
    // Some of it is the interpreter's own.
    expect(sample && sample.size / sample.compressed).toBeLessThan(1.5);
  });

  it('has nothing to tell of a process that is not there', async () => {
    expect(await sampleMemory(host, planOf(2 ** 22 + 1))).toBeUndefined();
  });
});
