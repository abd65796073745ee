import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readlink, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseRecords, type Records } from '../../../transport/door/records.ts';
import { scriptArgv } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { memoryFacts } from '../../../transport/runc/memory-facts.ts';
import { stdioFrom } from '../../../transport/runc/stdio-facts.ts';
import { atEnd, fixture, temporaryDirectory } from './start-script.ts';

const MIB = 1024 ** 2;

const ended = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, 'exit');
  child.stdin?.end();
  await exit;
};

describe('container-facts.sh', () => {
  let records: Records;
  let pid: number;

  beforeAll(async () => {
    const rootfs = await temporaryDirectory();
    await mkdir(`${rootfs}/data`);
    await writeFile(`${rootfs}/data/file`, Buffer.alloc(3 * MIB));
    const child = spawn('perl', [fixture('kinds-of-memory.pl')], { stdio: ['pipe', 'pipe', 'ignore'] });
    atEnd(() => ended(child));
    await once(child.stdout, 'data');
    pid = child.pid ?? 0;
    const { stdout } = await localHost().run({ argv: scriptArgv('container-facts', pid, rootfs) });
    records = parseRecords(stdout);
  });

  /** Without what other processes of the same cgroup have. */
  const ofKind = (kind: string): readonly string[] =>
    records.all('memory').filter((record) => record.startsWith(`${kind} `));

  /** Of an anonymous segment, in KiB. */
  const segmentSize = (number: string | undefined): number => {
    const record = records.all('segment').find((each) => each.startsWith(`anonymous-shared ${number} `));
    return Number(record?.split(' ')[2]) / 2;
  };

  it('finds every kind of memory that rounds cannot copy, in the kernel that runs here', () => {
    expect(ofKind('memfd')).toContainEqual(expect.stringMatching(/^memfd \d+ 4096$/));
    expect(ofKind('sysv')).toContainEqual(expect.stringMatching(/^sysv \d+ 2048$/));
  });

  it('finds a shared segment in pieces under one number', () => {
    const pieces = ofKind('anonymous-shared').map((record) => record.split(' '));
    const number = pieces.find(([, , size]) => size === '3072')?.[1];
    const whole = pieces.filter(([, inode]) => inode === number).map(([, , size]) => Number(size));
    expect(whole.reduce((sum, size) => sum + size, 0)).toBe(8192);
    expect(segmentSize(number)).toBe(8192);
  });

  it('finds what a process that is gone has written to memory that another one shares', () => {
    const untouched = ofKind('anonymous-shared').find((record) => record.endsWith(' 0'));
    expect(segmentSize(untouched?.split(' ')[1])).toBe(6144);
    const { unreachable } = memoryFacts(records);
    const shared = unreachable.find(({ what }) => what === 'anonymous shared memory');
    expect(shared?.size).toBeGreaterThanOrEqual(14 * MIB);
  });

  it('counts private memory of each process', () => {
    expect(ofKind('private').length).toBe(Number(records.one('processes')));
    expect(memoryFacts(records).resident).toBeGreaterThan(14 * MIB);
  });

  it('tells where the standard descriptors lead', async () => {
    // What node calls a pipe is a socket.
    const kind = (await readlink(`/proc/${pid}/fd/0`)).startsWith('socket:') ? 'socket' : 'pipe';
    expect(stdioFrom(records)).toEqual([{ kind }, { kind }, { kind: 'null' }]);
  });

  it("tells the container's mounts, its cgroup, and how much its files take", () => {
    expect(records.all('container-mount').some((line) => line.split(' ')[4] === '/')).toBe(true);
    expect(records.one('cgroup')).toMatch(/^\//);
    expect(Number(records.one('rootfs-kib'))).toBeGreaterThanOrEqual(3072);
    expect(Number(records.one('rootfs-kib'))).toBeLessThan(4096);
  });
});
