import { describe, expect, it, test } from 'vitest';
import type { Finding } from '../../../engine/model/finding.ts';
import { bytes } from '../../../engine/model/units.ts';
import { memory } from '../../fakes/facts.ts';
import { type Changed, findings } from './preflight-findings.ts';

const MIB = 1024 ** 2;

const nothing = { kind: 'null' } as const;

describe('preflight', () => {
  it('finds nothing where nothing stands in the way', () => {
    expect(findings({})).toEqual([]);
  });

  test.each<[string, Finding['severity'], Changed, readonly string[]]>([
    ['criu-missing', 'error', { source: { criuVersion: undefined } }, ['blue']],
    ['criu-missing', 'error', { destination: { criuVersion: undefined } }, ['green']],
    [
      'hold-unproven',
      'error',
      { destination: { hold: { ok: false, detail: 'criu took the refusal for consent' } } },
      ['green', '4.1.1', 'took the refusal'],
    ],
    [
      'criu-check-failed',
      'error',
      { destination: { criuCheck: { ok: false, detail: 'no rt vDSO' } } },
      ['green', 'no rt vDSO'],
    ],
    [
      'dirty-tracking-missing',
      'error',
      { source: { dirtyTracking: { ok: false, detail: 'is OFF' } } },
      ['blue', '6.12.0', 'is OFF'],
    ],
    ['no-rounds', 'warning', { policy: { maxRounds: 0 } }, ['100.0 MiB', 'shop', 'about 1.8 s at 1 Gbit/s']],
    [
      'no-rounds',
      'warning',
      { policy: { maxRounds: 0, maxBandwidthFrozen: bytes(10e6) } },
      ['about 11', 's at the cap'],
    ],
    [
      'no-rounds',
      'warning',
      {
        policy: { maxRounds: 0 },
        source: { dirtyTracking: { ok: false, detail: 'is OFF' } },
        container: { memory: { ...memory, unreachable: [{ what: 'memfd', size: bytes(64 * MIB) }] } },
      },
      ['all 100.0 MiB', 'about 1.8 s'],
    ],
    [
      'runtime-missing',
      'error',
      { destination: { runtimeVersion: undefined, missingPrograms: ['runc'] } },
      ['runc', 'green'],
    ],
    ['rsync-missing', 'error', { source: { rsyncVersion: undefined, missingPrograms: ['rsync'] } }, ['blue']],
    ['programs-missing', 'error', { source: { missingPrograms: ['tar', 'gzip'] } }, ['tar, gzip', 'blue']],
    ['architectures-differ', 'error', { destination: { architecture: 'aarch64' } }, ['x86_64', 'aarch64']],
    [
      'criu-versions-differ',
      'error',
      { destination: { criuVersion: '4.2' } },
      ['4.1.1', '4.2', 'page stream'],
    ],
    ['criu-versions-differ', 'error', { destination: { criuVersion: '4.1' } }, ['4.1.1', '4.1', 'older']],
    [
      'criu-newer-on-destination',
      'warning',
      { source: { criuVersion: '4.1' } },
      ['4.1 on blue', '4.1.1 on green', 'the way back'],
    ],
    [
      'criu-check-failed',
      'error',
      {
        source: {
          kernel: '6.18.1',
          criuCheck: { ok: false, detail: 'Error (criu/vdso.c:381): vdso: Unexpected rt vDSO area bounds' },
        },
      },
      ['4.1.1', 'blue, which has kernel 6.18.1', 'Linux 6.13'],
    ],
    ['cgroup-v1', 'error', { destination: { cgroupVersion: 1 } }, ['green', 'cgroup v1']],
    ['cgroup-v1', 'error', { source: { cgroupVersion: 'hybrid' } }, ['blue', 'beside', 'v2']],
    [
      'cpu-features-missing',
      'error',
      { destination: { cpuFlags: ['fpu', 'sse2', 'aes'] } },
      ['avx2', 'green'],
    ],
    ['cpu-features-differ', 'warning', { destination: { cpuFlags: ['fpu', 'sse2', 'avx2'] } }, ['aes']],
    ['container-paused', 'error', { container: { state: 'paused' } }, ['shop']],
    ['container-not-running', 'error', { container: { state: 'stopped' } }, ['shop', 'stopped']],
    ['container-without-process', 'error', { container: { pid: 0 } }, ['shop', 'pid 0']],
    ['terminal', 'error', { container: { terminal: true } }, ['shop']],
    [
      'tcp-established',
      'warning',
      { container: { establishedTcp: 1 } },
      ['1 established TCP connection will'],
    ],
    [
      'tcp-established',
      'warning',
      { container: { establishedTcp: 3 } },
      ['3 established TCP connections will'],
    ],
    [
      'stdio-outside',
      'error',
      { container: { stdio: [nothing, { kind: 'file', path: '/var/log/a', inContainer: false }, nothing] } },
      ['fd 1', '/var/log/a'],
    ],
    [
      'stdio-outside',
      'error',
      { container: { stdio: [{ kind: 'socket' }, nothing, nothing] } },
      ['fd 0', 'socket'],
    ],
    [
      'stdio-outside',
      'error',
      { container: { stdio: [nothing, nothing, { kind: 'terminal', path: '/dev/pts/4' }] } },
      ['fd 2', '/dev/pts/4'],
    ],
    [
      'stdio-pipe',
      'note',
      { container: { stdio: [nothing, { kind: 'pipe' }, { kind: 'pipe' }] } },
      ['fd 1', 'fd 2'],
    ],
    [
      'memory-not-pre-copied',
      'warning',
      { container: { memory: { ...memory, unreachable: [{ what: 'memfd', size: bytes(64 * MIB) }] } } },
      ['64.0 MiB of memfd', '574 ms'],
    ],
    [
      'tmpfs-not-pre-copied',
      'note',
      { container: { memory: { ...memory, tmpfs: [{ what: 'tmpfs /dev/shm', size: bytes(MIB) }] } } },
      ['1.0 MiB in tmpfs /dev/shm'],
    ],
    [
      'images-space-short',
      'error',
      { destination: { imagesFree: bytes(99 * MIB) } },
      ['/run/precopy', 'green', '166.0 MiB', '99.0 MiB'],
    ],
    ['images-space-short', 'error', { source: { imagesFree: bytes(MIB) } }, ['blue', '16.0 MiB', '1.0 MiB']],
    [
      'memory-short',
      'error',
      { destination: { memoryAvailable: bytes(200 * MIB) } },
      ['266.0 MiB', '100.0 MiB', '166.0 MiB', '200.0 MiB', 'green'],
    ],
    [
      'destination-unreachable',
      'error',
      { place: { reachable: { ok: false, detail: 'refused' } } },
      ['green', 'refused'],
    ],
    ['id-taken', 'error', { place: { idTaken: true } }, ['shop', 'green']],
    ['bundle-foreign', 'error', { place: { bundle: 'foreign' } }, ['/containers/shop', 'green']],
    ['bundle-left-behind', 'note', { place: { bundle: 'left-behind' } }, ['/containers/shop']],
    [
      'plain-on-public-address',
      'error',
      { pages: { channel: 'plain' }, address: '203.0.113.9' },
      ['203.0.113.9'],
    ],
    [
      'plain-on-public-address',
      'error',
      { pages: { channel: 'plain' }, address: 'green.lan' },
      ['green.lan'],
    ],
    ['pages-plain', 'warning', { pages: { channel: 'plain' } }, ['10.0.0.2', 'unencrypted', 'password']],
    [
      'pages-plain',
      'warning',
      { pages: { channel: 'plain', plainOnPublicAddress: true }, address: '203.0.113.9' },
      ['203.0.113.9'],
    ],
    [
      'compression-refused',
      'error',
      { pages: { compress: 'zlib' }, destination: { sshCompression: false } },
      ['green'],
    ],
    [
      'criu-without-tls',
      'error',
      { pages: { channel: 'tls' }, source: { criuTls: false } },
      ['4.1.1', 'blue'],
    ],
    [
      'page-address-is-a-name',
      'error',
      { pages: { channel: 'tls' }, address: 'green.lan' },
      ['green.lan', 'tls'],
    ],
    ['criu-without-tls', 'error', { pages: { channel: 'tls' }, destination: { criuTls: false } }, ['green']],
    [
      'no-certificates',
      'error',
      { pages: { channel: 'tls' }, destination: { makesCertificates: false } },
      ['green', 'openssl', 'certtool'],
    ],
    [
      'no-certificates',
      'error',
      { pages: { channel: 'tls' }, source: { makesCertificates: false } },
      ['blue'],
    ],
    ['forwarding-refused', 'error', { destination: { tcpForwarding: false } }, ['green']],
    ['page-ports-unprotected', 'warning', { destination: { unprivilegedPort: 80 } }, ['green', '80', '929']],
    ['page-ports-unprotected', 'warning', { source: { unprivilegedPort: 920 } }, ['blue', '929']],
    ['lower-missing', 'note', { place: { missingLower: ['/layers/base'] } }, ['/layers/base', 'copied']],
    ['lower-different', 'error', { place: { differentLower: ['/layers/base'] } }, ['/layers/base']],
    [
      'bind-source-missing',
      'error',
      {
        container: { bindMounts: [{ source: '/srv/data', destination: '/data' }] },
        place: { missingPaths: ['/srv/data'] },
      },
      ['/srv/data', '/data', 'green'],
    ],
    [
      'namespace-missing',
      'error',
      {
        container: { joinedNamespaces: [{ type: 'network', path: '/run/netns/shop' }] },
        place: { missingPaths: ['/run/netns/shop'] },
      },
      ['network', '/run/netns/shop', 'green'],
    ],
  ])('%s is a finding (%s) that names what was found', (code, severity, changed, named) => {
    const found = findings(changed);
    expect(found.map((finding) => [finding.code, finding.severity])).toEqual([[code, severity]]);
    for (const part of named) {
      expect(found[0]?.message).toContain(part);
    }
    if (severity === 'error') {
      expect(found[0]?.remedy).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('knows no name that plain pages could go to, for whoever insists', () => {
    const pages = { channel: 'plain', plainOnPublicAddress: true } as const;
    expect(findings({ pages, address: 'green.lan' }).map(({ code }) => code)).toEqual([
      'page-address-is-a-name',
      'pages-plain',
    ]);
  });

  it.each(['203.0.113.9', '2001:db8::9'])('lets tls go to %s, which strangers could reach', (address) => {
    expect(findings({ pages: { channel: 'tls' }, address })).toEqual([]);
  });

  it('asks nothing of criu, of certificates or of sshd that the channel has no use for', () => {
    const host = { criuTls: false, makesCertificates: false };
    expect(findings({ source: host, destination: host })).toEqual([]);
    const destination = { tcpForwarding: false, unprivilegedPort: 80 };
    expect(findings({ pages: { channel: 'tls' }, destination })).toEqual([]);
  });

  it('lets stdio inside the container pass', () => {
    const inside = { kind: 'file', path: '/log', inContainer: true } as const;
    expect(findings({ container: { stdio: [nothing, inside, inside] } })).toEqual([]);
  });

  it('does not blame the terminal of a container with a terminal once for each descriptor', () => {
    const pts = { kind: 'terminal', path: '/dev/pts/0' } as const;
    expect(findings({ container: { terminal: true, stdio: [pts, pts, pts] } })).toHaveLength(1);
  });

  it('says nothing of flags that no program sees', () => {
    expect(findings({ destination: { cpuFlags: ['fpu', 'sse2', 'avx2', 'aes'] } })).toEqual([]);
  });

  it('does not count images against memory where they lie on a disk', () => {
    const destination = { memoryAvailable: bytes(120 * MIB), imagesInMemory: false };
    expect(findings({ destination })).toEqual([]);
  });

  it('tells errors first', () => {
    const found = findings({
      container: { establishedTcp: 1, terminal: true },
      place: { bundle: 'left-behind', idTaken: true },
    });
    expect(found.map((finding) => finding.severity)).toEqual(['error', 'error', 'warning', 'note']);
  });
});
