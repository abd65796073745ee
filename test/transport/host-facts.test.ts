import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../engine/model/facts.ts';
import { kibToBytes } from '../../engine/model/units.ts';
import { localHost } from '../../transport/host/local-host.ts';
import { readHostFacts } from '../../transport/host-facts.ts';
import { fakeHost } from '../fakes/fake-host.ts';

const factsFrom = (lines: readonly string[]): Promise<HostFacts> =>
  readHostFacts(
    fakeHost('a', () => ({ stdout: lines.join('\n') })),
    'runc',
    '/run/precopy',
  );

describe('what a host can do', () => {
  it('is read from what its script prints', async () => {
    const facts = await factsFrom([
      'kernel 6.12.0',
      'architecture x86_64',
      'criu 4.1.1',
      'criu-check ok Looks good.',
      'dirty-tracking failed Dirty tracking is OFF. Memory snapshot will not work.',
      'runtime 1.1.15',
      'rsync 3.4.1',
      'missing flock',
      'missing tar',
      'cpu-flags fpu sse2  avx2',
      'cgroup 2',
      'tcp-forwarding no',
      'unprivileged-port 80',
      'memory-kib 2048',
      'images-free-kib 1024',
      'images-filesystem tmpfs',
    ]);
    expect(facts).toEqual({
      name: 'a',
      kernel: '6.12.0',
      architecture: 'x86_64',
      criuVersion: '4.1.1',
      criuCheck: { ok: true, detail: 'Looks good.' },
      dirtyTracking: { ok: false, detail: 'Dirty tracking is OFF. Memory snapshot will not work.' },
      runtimeVersion: '1.1.15',
      rsyncVersion: '3.4.1',
      missingPrograms: ['flock', 'tar'],
      cpuFlags: ['fpu', 'sse2', 'avx2'],
      cgroupVersion: 2,
      tcpForwarding: false,
      unprivilegedPort: 80,
      memoryAvailable: kibToBytes(2048),
      imagesDirectory: '/run/precopy',
      imagesFree: kibToBytes(1024),
      imagesInMemory: true,
    });
  });

  it('is little where nothing is installed, and never more than was said', async () => {
    expect(
      await factsFrom(['criu ', 'memory-kib ', 'cgroup 1', 'images-filesystem ext2/ext3']),
    ).toMatchObject({
      criuVersion: undefined,
      criuCheck: { ok: false, detail: 'criu is not installed' },
      dirtyTracking: { ok: false },
      runtimeVersion: undefined,
      cpuFlags: [],
      cgroupVersion: 1,
      tcpForwarding: true,
      unprivilegedPort: 1024,
      memoryAvailable: 0,
      imagesInMemory: false,
    });
  });

  it('is told by any Linux machine, about a directory that is not there yet too', async () => {
    const facts = await readHostFacts(localHost(), 'no-such-runtime', '/tmp/no/such/directory');
    expect(facts.kernel).toMatch(/^\d+\.\d+/);
    expect(facts.cpuFlags.length).toBeGreaterThan(0);
    expect(facts.memoryAvailable).toBeGreaterThan(0);
    expect(facts.imagesFree).toBeGreaterThan(0);
    expect(facts.runtimeVersion).toBeUndefined();
    expect(facts.missingPrograms).toContain('no-such-runtime');
    expect(facts.missingPrograms).not.toContain('tar');
  });
});
