import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type HostName, hostNames, type Lab, startLab } from '../../../bench/lab/index.ts';
import { labDirectory } from '../../../bench/lab/lab-directory.ts';
import { readLabRecord } from '../../../bench/lab/lab-record.ts';
import { readRecord } from '../../../bench/lab/process-record.ts';
import { type ProcessIdentity, untilGone } from '../../../bench/lab/processes.ts';
import { processRecordOf } from '../../../bench/lab/run-host.ts';

const start = async (owned = true): Promise<Lab> => {
  const lab = await startLab({ owned });
  onTestFinished(() => lab.down());
  return lab;
};

const ssh = async (lab: Lab, host: HostName, command: string): Promise<string> => {
  const { stdout } = await execa('ssh', ['-F', lab.sshConfig, host, command]);
  return stdout;
};

/** Everything a lab takes on this machine. */
const takenBy = async (name: string) => {
  const directory = labDirectory(name);
  const records = await Promise.all(hostNames.map((host) => readRecord(processRecordOf(directory, host))));
  const processes = records.flatMap((record): readonly ProcessIdentity[] =>
    record === undefined ? [] : [record.command, record.tether],
  );
  const { ports } = (await readLabRecord(directory)) ?? {};
  return { directory, processes, ports: ports === undefined ? [] : [ports.a, ports.b] };
};

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const expectNothingLeft = async (taken: Awaited<ReturnType<typeof takenBy>>): Promise<void> => {
  expect(await untilGone(taken.processes, 5000)).toBe(true);
  await expect.poll(() => existsSync(taken.directory)).toBe(false);
  expect(await Promise.all(taken.ports.map(isListening))).toEqual(taken.ports.map(() => false));
};

describe('a lab', () => {
  it('starts in seconds, with the right time, and hosts that can migrate', async () => {
    const began = Date.now();
    const lab = await start();
    expect(Date.now() - began).toBeLessThan(15_000);
    for (const host of hostNames) {
      expect(await ssh(lab, host, 'hostname')).toBe(host);
      const here = Date.now() / 1000;
      expect(Math.abs(Number(await ssh(lab, host, 'date +%s.%N')) - here)).toBeLessThan(5);
      expect(await ssh(lab, host, 'criu check')).toMatch(/Looks good/);
      expect(await ssh(lab, host, 'criu check --feature mem_dirty_track')).toMatch(/supported/);
      expect(await ssh(lab, host, 'cat /sys/kernel/mm/transparent_hugepage/enabled')).toMatch(/\[never\]/);
      expect(await ssh(lab, host, 'runc --version')).toMatch(/runc/);
    }
    const other = 'ssh -o BatchMode=yes -i /opt/precopy-lab/host-to-host-key b hostname';
    expect(await ssh(lab, 'a', other)).toBe('b');
  });

  it('runs beside another one, and shares nothing with it', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    await Promise.all([ssh(one, 'b', 'echo one > /run/mark'), ssh(two, 'b', 'echo two > /run/mark')]);
    const read = 'ssh -o BatchMode=yes -i /opt/precopy-lab/host-to-host-key 10.77.0.2 cat /run/mark';
    expect(await Promise.all([ssh(one, 'a', read), ssh(two, 'a', read)])).toEqual(['one', 'two']);
    const secret = 'head -c 16 /dev/urandom | od -An -tx1';
    const secrets = await Promise.all(
      [one, two].flatMap((lab) => hostNames.map((host) => ssh(lab, host, secret))),
    );
    expect(new Set(secrets).size).toBe(4);
  });

  it('has a wire that can be cut', async () => {
    const lab = await start();
    const ping = 'busybox ping -c 3 -W 2 10.77.0.2 > /dev/null && echo yes || echo no';
    expect(await ssh(lab, 'a', ping)).toBe('yes');
    await lab.setLink('b', 'down');
    expect(await ssh(lab, 'a', ping)).toBe('no');
    await lab.setLink('b', 'up');
    expect(await ssh(lab, 'a', ping)).toBe('yes');
  });

  it('has hosts that lose power, and can be new again', async () => {
    const lab = await start();
    await ssh(lab, 'a', 'echo kept > /root/mark; sync');
    await lab.powerOff('a');
    expect(await lab.isOn('a')).toBe(false);
    await expect(lab.setLink('a', 'down')).rejects.toThrow(/the host is off/);
    await lab.powerOn('a');
    expect(await ssh(lab, 'a', 'cat /root/mark; busybox ping -c 3 -W 2 b > /dev/null && echo reached')).toBe(
      'kept\nreached',
    );
    await lab.reset();
    expect(await ssh(lab, 'a', 'test -e /root/mark || echo new')).toBe('new');
    expect(await ssh(lab, 'b', 'busybox ping -c 3 -W 2 a > /dev/null && echo reached')).toBe('reached');
  });

  it('has workloads whose memory can be checked from outside', async () => {
    const lab = await start();
    const look = 'kill -STOP $pid; /opt/precopy-lab/bin/page-edges $pid; kill -CONT $pid';
    const counted = await ssh(
      lab,
      'a',
      `/opt/precopy-lab/bin/page-counter 16 4000 > /dev/null 2>&1 & pid=$!; sleep 3; ${look}; echo $pid`,
    );
    const [edges = '', pid = ''] = counted.split('\n');
    expect(JSON.parse(edges)).toMatchObject({ pages: 4096, edges: 1, stale: 0 });

    // A page of another time: its value becomes 0x01000000.
    const spoil =
      'at=$((0x$(awk \'$2 ~ /^rw/ {split($1, r, "-"); print r[1]}\' /proc/$pid/maps | while read -r start; do ' +
      '[ "$(dd if=/proc/$pid/mem bs=1 count=8 skip=$((0x$start + 8)) 2> /dev/null)" = pcounter ] && echo $start; done)))';
    const spoilt = await ssh(
      lab,
      'a',
      `pid=${pid}; ${spoil}; printf '\\001' | dd of=/proc/$pid/mem bs=1 seek=$((at + 4096 * 9 + 3)) conv=notrunc 2> /dev/null; ${look}`,
    );
    expect(JSON.parse(spoilt)).toMatchObject({ pages: 4096, stale: 1 });
    await expect
      .poll(() => ssh(lab, 'a', 'cat /page-counter.failed'), { timeout: 15_000 })
      .toMatch(/^page 9: expected value \d+, found value/);
  });
});

describe('nothing is left of a lab', () => {
  it('that is taken down', async () => {
    const lab = await startLab({ owned: false });
    const taken = await takenBy(lab.name);
    expect(taken.processes).toHaveLength(4);
    expect(await Promise.all(taken.ports.map(isListening))).toEqual([true, true]);
    await lab.down();
    await expectNothingLeft(taken);
  });

  it('whose owner was killed', async () => {
    const { owner, name } = await startInProcess('console.log("up")');
    await once(owner.stdout ?? owner, 'data');
    const taken = await takenBy(name);
    expect(taken.processes).toHaveLength(4);
    owner.kill('SIGKILL');
    await expectNothingLeft(taken);
  });

  it('whose owner was killed while it was starting', async () => {
    const { owner, name } = await startInProcess('');
    await expect
      .poll(async () => (await takenBy(name)).processes.length, { interval: 20 })
      .toBeGreaterThan(0);
    const taken = await takenBy(name);
    owner.kill('SIGKILL');
    await expectNothingLeft(taken);
  });

  it('whose start was interrupted', async () => {
    const stop = new AbortController();
    const name = 'interrupted';
    const starting = startLab({ name, owned: true, signal: stop.signal });
    await expect
      .poll(() => existsSync(processRecordOf(labDirectory(name), 'b')), { interval: 20 })
      .toBe(true);
    const taken = await takenBy(name);
    stop.abort();
    await expect(starting).rejects.toThrow(/abort/);
    await expectNothingLeft(taken);
  });
});

let labs = 0;

/** A process that starts a lab of its own, from the program as it is built. */
const startInProcess = async (then: string): Promise<{ owner: ChildProcess; name: string }> => {
  labs += 1;
  const name = `owned-${process.pid}-${labs}`;
  const library = fileURLToPath(new URL('../../../dist/bench/lab/index.js', import.meta.url));
  await readFile(library);
  const script = `
    import { startLab } from ${JSON.stringify(library)};
    await startLab({ name: ${JSON.stringify(name)}, owned: true });
    ${then}
    setInterval(() => {}, 1000);
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    owner.kill('SIGKILL');
  });
  return { owner, name };
};
