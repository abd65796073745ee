import { describe, expect, it } from 'vitest';
import { HostUnreachable, InvalidInput } from '../../../engine/model/errors.ts';
import type { Rootfs } from '../../../engine/model/facts.ts';
import type { CommandExit } from '../../../engine/ports/host.ts';
import type { Link, ParkedFileSync } from '../../../engine/ports/link.ts';
import { EVERYTHING, READY } from '../../../transport/link/rsync.ts';
import { sshLink } from '../../../transport/link/ssh-link.ts';
import { fileRoots } from '../../../transport/runc/file-roots.ts';
import { type FakeHost, fakeHost } from '../../fakes/fake-host.ts';
import { planFor } from '../plan.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOurs precopy-20260101T000000Z-ab12cd';

const rootfs: Rootfs = {
  kind: 'overlay',
  path: '/containers/shop/rootfs',
  lower: ['/layers/base'],
  upper: '/layers/shop/upper',
  work: '/layers/shop/work',
  mountOptions: [],
};
const plan = planFor(rootfs, { copyLower: ['/layers/base'] });
const files = fileRoots(plan);

interface Setting {
  readonly link: Link;
  readonly source: FakeHost;
  readonly destination: FakeHost;
}

const linked = async ({ maps = '', existing = '', sourceAddress = '' } = {}): Promise<Setting> => {
  const source = fakeHost('a', ({ argv }) => {
    if (argv[0] === 'rsync') return { stdout: 'Total bytes sent: 100\n' };
    if (argv.at(-1) === 'whence') return { stdout: sourceAddress };
    return { stdout: Buffer.from(argv[2]?.includes('/maps') ? maps : existing).toString('base64') };
  });
  await source.writeFile('/run/precopy/shop/key.pub', `${KEY}\n`, 0o600);
  const keys = 'ssh-ed25519 AAAAhost root@b\nssh-rsa BBBBhost root@b\n\n';
  const destination = fakeHost('b', ({ argv }) => {
    if (argv.includes('precopy-host-keys')) return { stdout: keys };
    return { stdout: argv[2]?.includes('date -d') ? '202601080000\n' : '' };
  });
  return { link: sshLink({ source, destination, sshPort: 2222 }), source, destination };
};

/** Resolves when the ssh master has been started. */
const masterStarted = async (source: FakeHost): Promise<void> => {
  while (source.started.length === 0) await new Promise((resolve) => setImmediate(resolve));
};

const open = async ({ link, source }: Setting): Promise<void> => {
  const opening = link.open(plan, new AbortController().signal);
  await Promise.race([opening, masterStarted(source)]);
  source.started[0]?.say('open');
  await opening;
};

/** The options before the key, each time the key is authorized. */
const optionsOf = ({ commands }: FakeHost): readonly string[] =>
  commands.flatMap(({ argv }) => (argv.includes(KEY) && argv[5] !== undefined ? [argv[5]] : []));

const keyChanges = ({ commands }: FakeHost): readonly string[] =>
  commands
    .filter(({ argv }) => argv.includes(KEY))
    .map(({ argv }) => (argv[2]?.includes('grep') ? 'out' : 'in'));

/** The directories that rsync was run on without parking, in order. */
const synced = ({ commands }: FakeHost): readonly (string | undefined)[] =>
  commands.flatMap(({ argv, stdin }) => (stdin === EVERYTHING ? [argv.at(-2)] : []));

const SENT: Partial<CommandExit> & { readonly stdout: string } = { stdout: 'Total bytes sent: 100' };

/** Parks a sync: every rsync connects, and ends with `end` once the sync is requested. */
const parked = async (
  { link, source }: Pick<Setting, 'link' | 'source'>,
  end = SENT,
  roots = files,
): Promise<ParkedFileSync> => {
  await link.syncFiles(plan, roots, 'first');
  const parking = link.parkFileSync(plan, roots);
  const connected = new Set<FakeHost['started'][number]>();
  while (connected.size < (await waiting(source, 2)).length) {
    for (const rsync of await waiting(source, 2)) {
      if (!connected.has(rsync)) rsync.say(READY);
      connected.add(rsync);
    }
  }
  const { sync, discard } = await parking;
  return {
    sync: () => {
      const syncing = sync();
      for (const rsync of connected) {
        for (const line of end.stdout.split('\n')) rsync.say(line);
        rsync.finish(end);
      }
      return syncing;
    },
    discard,
  };
};

/** Returns the parked rsyncs when there are `count` of them. */
const waiting = async (source: FakeHost, count: number): Promise<FakeHost['started']> => {
  const found = (): FakeHost['started'] =>
    source.started.filter(({ command }) => command.argv[0] === 'rsync');
  while (found().length < count) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  return found();
};

/** What the parked rsyncs got on standard input, after their directories. */
const inputs = ({ started }: FakeHost): readonly string[] =>
  started.flatMap(({ command: { argv }, written }) =>
    argv[0] === 'rsync' ? [`${argv.at(-2)} ${written.join('')}`] : [],
  );

describe('the link', () => {
  it("trusts the destination's own keys and no others", async () => {
    const setting = await linked();
    await open(setting);
    const file = setting.source.files.get('/run/precopy/shop/known_hosts');
    expect(Buffer.from(file?.content ?? '').toString()).toBe(
      'precopy-destination ssh-ed25519 AAAAhost\nprecopy-destination ssh-rsa BBBBhost\n',
    );
    const config = setting.source.files.get('/run/precopy/shop/ssh_config');
    const lines = Buffer.from(config?.content ?? '')
      .toString()
      .split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'StrictHostKeyChecking yes',
        'UserKnownHostsFile "/run/precopy/shop/known_hosts"',
        'GlobalKnownHostsFile none',
        'HostKeyAlias precopy-destination',
        'IdentitiesOnly yes',
        'Port 2222',
      ]),
    );
    const argv: readonly string[] = setting.source.started[0]?.command.argv ?? [];
    expect(argv.slice(0, 3)).toEqual(['ssh', '-F', '/run/precopy/shop/ssh_config']);
  });

  it('revokes its key once when it is closed', async () => {
    const setting = await linked();
    await open(setting);
    expect(keyChanges(setting.destination)).toEqual(['in']);
    await setting.link.close();
    await setting.link.close();
    expect(keyChanges(setting.destination)).toEqual(['in', 'out']);
    expect(setting.source.started[0]?.signals).toEqual(['TERM']);
  });

  it('revokes its key although the source cannot be reached', async () => {
    const setting = await linked();
    await open(setting);
    const [master] = setting.source.started;
    if (master === undefined) throw new Error('no connection was begun');
    master.kill = () => Promise.reject(new HostUnreachable('a', 'it is off'));
    await expect(setting.link.close()).rejects.toThrow('it is off');
    expect(keyChanges(setting.destination).at(-1)).toBe('out');
  });

  it('permits the key what the gate permits, and page-servers, from the source, for some days', async () => {
    const setting = await linked({ sourceAddress: '192.0.2.1\n' });
    await open(setting);
    const before = `restrict,command="exec bash '/run/precopy/shop/gate.sh'",expiry-time="202601080000"`;
    const servers =
      'port-forwarding,permitopen="127.0.0.1:914",permitopen="127.0.0.1:915",permitlisten="nowhere.invalid:1"';
    expect(optionsOf(setting.destination)).toEqual([
      `${before},${servers}`,
      `${before},from="192.0.2.1",${servers}`,
    ]);
    expect(keyChanges(setting.destination)).toEqual(['in', 'out', 'in']);
    const gate = setting.destination.files.get('/run/precopy/shop/gate.sh');
    expect(Buffer.from(gate?.content ?? '').toString()).toContain('SSH_ORIGINAL_COMMAND');
  });

  it.each(['fe80::1%eth0', '', 'a b', '192.0.2.1,*'])(
    'does not bind the key to an address when the destination sees %j',
    async (sourceAddress) => {
      const setting = await linked({ sourceAddress });
      await open(setting);
      expect(keyChanges(setting.destination)).toEqual(['in']);
    },
  );

  it('fails with the message of ssh when the source cannot log in, and revokes its key', async () => {
    const { link, source, destination } = await linked();
    const opening = link.open(plan, new AbortController().signal);
    opening.catch(() => {});
    await masterStarted(source);
    source.started[0]?.finish({ exitCode: 255, stderr: 'hint\nroot@192.0.2.2: Permission denied.\n' });
    await expect(opening).rejects.toThrow(InvalidInput);
    await expect(opening).rejects.toThrow('a cannot log in to 192.0.2.2: root@192.0.2.2: Permission denied.');
    await link.close();
    expect(keyChanges(destination)).toEqual(['in', 'out']);
  });

  it('refuses a destination without host keys', async () => {
    const { source } = await linked();
    const link = sshLink({ source, destination: fakeHost('b'), sshPort: 22 });
    await expect(link.open(plan, new AbortController().signal)).rejects.toThrow(
      /cannot read the ssh host keys of b/,
    );
  });

  it('that was never opened is closed without any command', async () => {
    const { link, source, destination } = await linked();
    await link.close();
    expect([...source.commands, ...destination.commands]).toEqual([]);
  });

  it('is opened anew to compress, with all other settings unchanged, and can be closed', async () => {
    const setting = await linked();
    await open(setting);
    const { link, source } = setting;
    const compressing = link.compress(plan, new AbortController().signal);
    source.started[0]?.finish({ exitCode: 255, stderr: '' });
    while (source.started.length === 1) await new Promise((resolve) => setImmediate(resolve));
    source.started[1]?.say('open');
    await compressing;
    const [first = [], second = []] = source.started.map(({ command }): readonly string[] => command.argv);
    expect(first).not.toContain('Compression=yes');
    expect(second.filter((word) => !first.includes(word))).toEqual(['Compression=yes']);
    expect(source.started[0]?.signals).toEqual(['TERM']);
    await link.close();
    expect(source.started[1]?.signals).toEqual(['TERM']);
    expect(keyChanges(setting.destination)).toEqual(['in', 'out']);
  });

  it('compresses from the beginning where the plan says so', async () => {
    const { link, source } = await linked();
    const compression = { kind: 'zlib', reason: { kind: 'asked' } } as const;
    const opening = link.open(
      { ...plan, pages: { ...plan.pages, compression } },
      new AbortController().signal,
    );
    await Promise.race([opening, masterStarted(source)]);
    source.started[0]?.say('open');
    await opening;
    const argv: readonly string[] = source.started[0]?.command.argv ?? [];
    expect(argv).toContain('Compression=yes');
  });

  it('returns what it has carried without what was sent to measure it', async () => {
    const printed = ['rate 900000\ncarried 5000\n', 'carried 105000\n'];
    const source = fakeHost('a', () => ({ stdout: printed.shift() ?? '' }));
    const link = sshLink({ source, destination: fakeHost('b'), sshPort: 2222 });
    expect(await link.measure(plan)).toBe(900_000);
    expect(await link.carried(plan)).toBe(100_000);
    // Output without a figure is an error.
    await expect(link.carried(plan)).rejects.toThrow('did not print what the connection carries');
    expect(source.commands[0]?.argv.slice(-3)).toEqual(['/run/precopy/shop/mux', '2222', 'root@192.0.2.2']);
  });

  it('syncs the lower directories first, and only the first time', async () => {
    const { link, source } = await linked();
    expect(await link.syncFiles(plan, files, 'first')).toEqual({ sent: 300, steady: true });
    expect(synced(source)).toEqual(['/layers/base/', '/containers/shop/', '/layers/shop/upper/']);
    source.commands.length = 0;
    await link.syncFiles(plan, files, 'changes');
    expect(synced(source)).toEqual(['/containers/shop/', '/layers/shop/upper/']);
  });

  it('sends the files that are mapped for writing by name after the freeze', async () => {
    const maps = [
      '7f00-7f10 rw-s 00000000 08:01 131 /data/store.db',
      '7f20-7f30 rw-s 00000000 08:01 132 /data/odd\\012name',
      '7f30-7f40 rw-s 00000000 00:01 133 /dev/zero (deleted)',
      '7f40-7f50 rw-s 00000000 00:01 134 /SYSV00000000',
      '7f50-7f60 rw-s 00000000 08:01 135 /data/gone (deleted)',
      '7f60-7f70 rw-s 00000000 00:0e 136 anon_inode:[perf_event]',
    ].join('\n');
    const setting = await linked({ maps, existing: '/data/store.db\0/data/odd\nname\0' });
    const { source } = setting;
    expect(await (await parked(setting)).sync()).toEqual({ sent: 300, steady: true });
    const asked = source.commands.find(({ argv }) => argv[2]?.includes('-f "$1$path"'));
    expect(asked?.argv.slice(4)).toEqual(['/layers/shop/upper']);
    const names = '/data/store.db\0/data/odd\nname\0';
    expect(String(asked?.stdin)).toBe(names);
    const named = source.commands.find(({ argv, stdin }) => argv[0] === 'rsync' && String(stdin) === names);
    expect(named?.argv.at(-2)).toBe('/layers/shop/upper/');
  });

  it('is not steady when it met a directory of the dump, or a file that vanished', async () => {
    const sent = SENT.stdout;
    for (const [end, steady] of [
      [{ stdout: `/tmp/cr-tmpfs.8m16IO/\n${sent}` }, false],
      [{ stdout: `/rootfs/tmp/cr-tmpfs.8m16IO/\n${sent}` }, false],
      [{ stdout: `/tmp/cr-tmpfs.8m16IO/mine\n/tmp/other/\n${sent}` }, true],
      [{ stdout: sent, exitCode: 24 }, false],
    ] as const) {
      const setting = await linked();
      expect(await (await parked(setting, end)).sync()).toEqual({ sent: 200, steady });
    }
  });

  it('fails when a parked rsync fails', async () => {
    const files = await parked(await linked(), { stdout: '', exitCode: 12, stderr: 'broken' });
    await expect(files.sync()).rejects.toThrow(/broken/);
  });

  it('parks no more syncs than sshd permits sessions, and runs the others later', async () => {
    const setting = await linked();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const [upper] = files.slice(-1);
    if (upper === undefined) throw new Error('there is no upper directory');
    const many = names.map((name) => ({ ...upper, from: `/volumes/${name}`, to: `/volumes/${name}` }));
    const parking = await parked(setting, SENT, many);
    setting.source.commands.length = 0;
    expect(await parking.sync()).toEqual({ sent: 500, steady: true });
    expect(inputs(setting.source).map((line) => line[9])).toEqual(['a', 'b']);
    expect(synced(setting.source)).toEqual(['/volumes/c/', '/volumes/d/', '/volumes/e/']);
  });

  it('ends the parked rsyncs when the sync is called off', async () => {
    const setting = await linked();
    await (await parked(setting)).discard();
    expect((await waiting(setting.source, 2)).map(({ signals }) => signals)).toEqual([['TERM'], ['TERM']]);
  });

  it('fails when rsync fails', async () => {
    const source = fakeHost('a', ({ argv }) =>
      argv[0] === 'rsync' ? { exitCode: 12, stderr: 'broken' } : {},
    );
    const link = sshLink({ source, destination: fakeHost('b'), sshPort: 22 });
    await expect(link.syncFiles(plan, files, 'changes')).rejects.toThrow(/broken/);
  });

  it('sends no file by name when none is mapped for writing, and leaves out what never changes', async () => {
    const setting = await linked();
    await (await parked(setting)).sync();
    expect(inputs(setting.source)).toEqual([
      `/containers/shop/ ${EVERYTHING}`,
      `/layers/shop/upper/ ${EVERYTHING}`,
    ]);
  });

  it.each([
    [0, '', { ok: true, detail: '' }],
    [124, '', { ok: false, detail: 'no answer within 5 s' }],
    [1, 'bash: connect: Connection refused\n', { ok: false, detail: 'bash: connect: Connection refused' }],
  ])('tells by exit code %d whether the destination can be reached', async (exitCode, stderr, expected) => {
    const source = fakeHost('a', () => ({ exitCode, stderr }));
    const link = sshLink({ source, destination: fakeHost('b'), sshPort: 2222 });
    expect(await link.check('192.0.2.2')).toEqual(expected);
    expect(source.commands[0]?.argv.slice(-2)).toEqual(['192.0.2.2', '2222']);
  });
});
