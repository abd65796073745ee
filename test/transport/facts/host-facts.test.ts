import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../../engine/model/facts.ts';
import { kibToBytes } from '../../../engine/model/units.ts';
import type { Command } from '../../../engine/ports/host.ts';
import { readHostFacts } from '../../../transport/facts/host-facts.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { type FakeHost, fakeHost } from '../../fakes/fake-host.ts';
import { rememberedProofs } from '../../fakes/remembered-proofs.ts';

const question = {
  runtime: 'runc',
  role: 'destination',
  imagesDirectory: '/run/precopy',
} as const;

const isProof = ({ argv }: Command): boolean => argv.includes('precopy-prove-hold');

const factsFrom = (lines: readonly string[]): Promise<HostFacts> =>
  readHostFacts(
    fakeHost('a', (command) => ({ stdout: isProof(command) ? 'ok\n' : lines.join('\n') })),
    { ...question, proven: rememberedProofs() },
  );

describe('what a host can do', () => {
  it('is read from what its script prints', async () => {
    const facts = await factsFrom([
      'kernel 6.12.0',
      'architecture x86_64',
      'criu 4.1.1',
      'criu-check ok Looks good.',
      'criu-tls yes',
      'certificates openssl',
      'dirty-tracking failed Dirty tracking is OFF. Memory snapshot will not work.',
      'runtime 1.1.15',
      'rsync 3.4.1',
      'missing flock',
      'missing tar',
      'cpu-flags fpu sse2  avx2',
      'cgroup 2',
      'criu-setting 3\t/etc/criu/runc.conf\ttcp-close # always',
      'apparmor active',
      'apparmor-profile docker-default',
      'apparmor-profile two words',
      'tcp-forwarding no',
      'ssh-compression no',
      'unprivileged-port 80',
      "pacing failed Can't locate perl",
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
      criuTls: true,
      makesCertificates: true,
      hold: { ok: true, detail: '' },
      dirtyTracking: { ok: false, detail: 'Dirty tracking is OFF. Memory snapshot will not work.' },
      runtimeVersion: '1.1.15',
      rsyncVersion: '3.4.1',
      missingPrograms: ['flock', 'tar'],
      cpuFlags: ['fpu', 'sse2', 'avx2'],
      cgroupVersion: 2,
      criuSettings: [{ file: '/etc/criu/runc.conf', line: 3, option: 'tcp-close', value: '', last: true }],
      appArmorProfiles: ['docker-default', 'two words'],
      tcpForwarding: false,
      sshCompression: false,
      pacing: { ok: false, detail: "Can't locate perl" },
      unprivilegedPort: 80,
      memoryAvailable: kibToBytes(2048),
      imagesDirectory: '/run/precopy',
      imagesFree: kibToBytes(1024),
      imagesInMemory: true,
    });
  });

  it('is little where nothing is installed, and never more than the script printed', async () => {
    expect(
      await factsFrom(['criu ', 'memory-kib ', 'cgroup 1', 'images-filesystem ext2/ext3']),
    ).toMatchObject({
      criuVersion: undefined,
      criuCheck: { ok: false, detail: 'criu is not installed' },
      criuTls: false,
      makesCertificates: false,
      dirtyTracking: { ok: false },
      runtimeVersion: undefined,
      cpuFlags: [],
      cgroupVersion: 1,
      criuSettings: [],
      appArmorProfiles: undefined,
      tcpForwarding: true,
      unprivilegedPort: 1024,
      memoryAvailable: 0,
      imagesInMemory: false,
    });
  });

  it('can be read on any Linux machine, also for a directory that does not exist yet', async () => {
    const facts = await readHostFacts(localHost(), {
      runtime: 'no-such-runtime',
      role: 'source',
      imagesDirectory: '/tmp/no/such/directory',
      proven: rememberedProofs(),
    });
    expect(facts.kernel).toMatch(/^\d+\.\d+/);
    expect(facts.cpuFlags.length).toBeGreaterThan(0);
    expect(facts.memoryAvailable).toBeGreaterThan(0);
    expect(facts.imagesFree).toBeGreaterThan(0);
    expect(facts.runtimeVersion).toBeUndefined();
    expect(facts.missingPrograms).toContain('no-such-runtime');
    expect(facts.missingPrograms).not.toContain('tar');
  });
});

describe('whether criu holds a process', () => {
  const facts = 'criu 4.1.1\ncriu-check ok Looks good.\nboot b007\n';
  const host = (...answers: readonly string[]): FakeHost => {
    let proofs = 0;
    return fakeHost('a', (command) => {
      if (!isProof(command)) return { stdout: facts };
      proofs += 1;
      return { stdout: answers[Math.min(proofs, answers.length) - 1] ?? '' };
    });
  };
  const proofsOn = ({ commands }: FakeHost): number => commands.filter(isProof).length;

  it('is proven once for each boot of the host and each version of criu', async () => {
    const proven = rememberedProofs();
    for (const time of ['once', 'twice']) {
      const probed = host('ok\n');
      expect((await readHostFacts(probed, { ...question, proven })).hold.ok).toBe(true);
      expect(proofsOn(probed)).toBe(time === 'once' ? 1 : 0);
    }
    expect([...proven.all]).toEqual(['b007 destination 4.1.1']);
    // A proof for the destination proves nothing for the source.
    const other = host('ok\n');
    await readHostFacts(other, { ...question, role: 'source', proven });
    expect(proofsOn(other)).toBe(1);
  });

  it('is tried once more when it fails, because the failure may be chance', async () => {
    const probed = host('failed Pid 7 in use\n', 'ok\n');
    expect((await readHostFacts(probed, { ...question, proven: rememberedProofs() })).hold.ok).toBe(true);
  });

  it.each([
    ['failed criu took the refusal for consent\n', 'criu took the refusal for consent'],
    ['', 'prove-hold.sh printed no result'],
  ])('is refuted by the output %j, and is proven again the next time', async (answer, detail) => {
    const proven = rememberedProofs();
    const { hold } = await readHostFacts(host(answer), { ...question, proven });
    expect(hold).toEqual({ ok: false, detail });
    expect([...proven.all]).toEqual([]);
  });
});
