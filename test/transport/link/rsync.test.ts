import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { FileRoot } from '../../../engine/model/file-root.ts';
import { bytesSent, EVERYTHING, READY, rsyncArgv, rsyncFilesArgv } from '../../../transport/link/rsync.ts';
import { fixture, temporaryDirectory } from '../scripts/start-script.ts';

const SHELL = 'ssh -S /run/mux';

const tree = (from: string, to: string, exclude: readonly string[] = []): FileRoot => ({
  kind: 'tree',
  from,
  to,
  exclude,
  seen: undefined,
  when: 'always',
});

/** Removes the remote shell from the command, so that it copies between directories of this machine. */
const locally = (argv: readonly string[], target: string): readonly string[] => {
  const shell = argv.indexOf('-e');
  return [...argv.slice(1, shell), ...argv.slice(shell + 2, -1), `${target}/`];
};

const rsync = (argv: readonly string[], target: string, stdin = ''): Promise<string> =>
  new Promise((resolve, reject) => {
    const environment = { ...process.env, LC_ALL: 'C' };
    const child = execFile('rsync', locally(argv, target), { env: environment }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
    // The exit code shows whether the sync succeeded.
    child.stdin?.on('error', () => {}).end(stdin);
  });

const sync = (from: string, to: string, exclude: readonly string[] = []): Promise<string> =>
  rsync(rsyncArgv({ root: tree(from, from, exclude), shell: SHELL, destination: 'root@b' }), to, EVERYTHING);

const syncFiles = (from: string, to: string, files: readonly string[]): Promise<string> =>
  rsync(rsyncFilesArgv({ from, to: from }, SHELL, 'root@b'), to, files.join('\0'));

interface Trees {
  readonly from: string;
  readonly to: string;
}

const trees = async (): Promise<Trees> => {
  const base = await temporaryDirectory();
  mkdirSync(`${base}/from`);
  mkdirSync(`${base}/to`);
  return { from: `${base}/from`, to: `${base}/to` };
};

const setAttribute = (path: string, name: string, value: string): void => {
  execFileSync('perl', [fixture('extended-attributes.pl'), 'set', path, name, value]);
};

/** Returns everything about a tree that a container can see. */
const describeTree = (root: string): readonly string[] => {
  const names = new Map<bigint, string>();
  const below = (path: string): readonly string[] => {
    const stat = lstatSync(`${root}${path}`, { bigint: true });
    const sameAs = names.get(stat.ino);
    names.set(stat.ino, sameAs ?? path);
    const content = stat.isSymbolicLink()
      ? readlinkSync(`${root}${path}`)
      : stat.isFile()
        ? createHash('sha1')
            .update(readFileSync(`${root}${path}`))
            .digest('hex')
        : '';
    const size = stat.isFile() ? stat.size : 0n;
    const { mode, uid, gid, rdev, mtimeNs } = stat;
    const line = JSON.stringify(
      [path, mode, uid, gid, rdev, size, mtimeNs, sameAs ?? '', content],
      (_, value) => (typeof value === 'bigint' ? String(value) : value),
    );
    const children = stat.isDirectory() ? readdirSync(`${root}${path}`).sort() : [];
    return [line, ...children.flatMap((name) => below(`${path}/${name}`))];
  };
  const attributes = execFileSync('perl', [fixture('extended-attributes.pl'), 'list', root], {
    encoding: 'utf8',
  });
  return [...below(''), ...attributes.split('\n')];
};

const oddNames = [
  'with space',
  'line\nend',
  "it's",
  '"quoted"',
  '[x]',
  'a*b',
  'q?',
  String.raw`back\slash`,
  'closing]',
  '-rf',
  '--delete',
  '$HOME',
  ':colon',
  '#comment',
  'ümlaut',
  ' ',
];

const fill = (root: string): void => {
  for (const name of oddNames) writeFileSync(`${root}/${name}`, `content of ${name}`);
  mkdirSync(`${root}/sub/deeper`, { recursive: true });
  writeFileSync(`${root}/sub/one`, 'linked');
  linkSync(`${root}/sub/one`, `${root}/sub/deeper/two`);
  symlinkSync('../outside/nowhere', `${root}/dangling`);
  symlinkSync('sub', `${root}/to-directory`);
  writeFileSync(`${root}/sparse`, 'begin');
  truncateSync(`${root}/sparse`, 16 * 1024 ** 2);
  execFileSync('mkfifo', [`${root}/fifo`]);
  writeFileSync(`${root}/executable`, '', { mode: 0o4755 });
  setAttribute(`${root}/sub/one`, 'user.note', 'kept\n as it is');
  utimesSync(`${root}/sub/one`, 1_000_000_000, 1_000_000_000.123);
};

describe.concurrent('a sync', () => {
  it('makes the destination the same, to links, holes, times and attributes', async () => {
    const { from, to } = await trees();
    fill(from);
    await sync(from, to);
    expect(describeTree(to)).toEqual(describeTree(from));
    expect(lstatSync(`${to}/sparse`).blocks).toBeLessThan(1000);
  });

  // Only root may make devices and system attributes. A migration runs as root.
  test.runIf(process.getuid?.() === 0)("brings over overlay's own marks", async () => {
    const { from, to } = await trees();
    execFileSync('mknod', [`${from}/whiteout`, 'c', '0', '0']);
    mkdirSync(`${from}/opaque`);
    setAttribute(`${from}/opaque`, 'trusted.overlay.opaque', 'y');
    execFileSync('chown', ['12345:54321', `${from}/opaque`]);
    await sync(from, to);
    const found = describeTree(to);
    expect(found).toEqual(describeTree(from));
    expect(found).toContain('/opaque trusted.overlay.opaque y');
    expect(lstatSync(`${to}/whiteout`).isCharacterDevice()).toBe(true);
  });

  it('deletes what is gone, and replaces what has another type now', async () => {
    const { from, to } = await trees();
    fill(from);
    await sync(from, to);
    for (const name of oddNames) rmSync(`${from}/${name}`);
    rmSync(`${from}/sub`, { recursive: true });
    writeFileSync(`${from}/sub`, 'a file now');
    rmSync(`${from}/fifo`);
    mkdirSync(`${from}/fifo`);
    renameSync(`${from}/sparse`, `${from}/dangling`);
    await sync(from, to);
    expect(describeTree(to)).toEqual(describeTree(from));
  });

  it('sees a change that kept the size and the second', async () => {
    const { from, to } = await trees();
    writeFileSync(`${from}/counter`, 'aaaa');
    utimesSync(`${from}/counter`, 1_700_000_000, 1_700_000_000.25);
    await sync(from, to);
    writeFileSync(`${from}/counter`, 'bbbb');
    utimesSync(`${from}/counter`, 1_700_000_000, 1_700_000_000.5);
    await sync(from, to);
    expect(readFileSync(`${to}/counter`, 'utf8')).toBe('bbbb');
  });

  it('breaks a hard link that was broken at the source', async () => {
    const { from, to } = await trees();
    writeFileSync(`${from}/one`, 'same');
    linkSync(`${from}/one`, `${from}/two`);
    await sync(from, to);
    rmSync(`${from}/two`);
    writeFileSync(`${from}/two`, 'apart');
    await sync(from, to);
    expect(describeTree(to)).toEqual(describeTree(from));
  });

  it.each(oddNames)('excludes %j and nothing else, and keeps it on the destination', async (name) => {
    const { from, to } = await trees();
    const others = oddNames.filter((other) => other !== name);
    for (const each of [...oddNames, 'axb', 'x', 'qq', 'backslash']) writeFileSync(`${from}/${each}`, '');
    mkdirSync(`${from}/sub`);
    writeFileSync(`${from}/sub/${name}`, 'not at the root');
    writeFileSync(`${to}/${name}`, 'there before');
    await sync(from, to, [`/${name}`]);
    expect(readFileSync(`${to}/${name}`, 'utf8')).toBe('there before');
    expect(readFileSync(`${to}/sub/${name}`, 'utf8')).toBe('not at the root');
    expect(readdirSync(to)).toEqual(expect.arrayContaining([...others, 'axb', 'x', 'qq', 'backslash']));
  });

  it('changes and deletes nothing when it is called off before it gets the names to send', async () => {
    const { from, to } = await trees();
    fill(from);
    writeFileSync(`${to}/kept`, 'as it was');
    const before = describeTree(to);
    await rsync(rsyncArgv({ root: tree(from, from), shell: SHELL, destination: 'root@b' }), to, '');
    expect(describeTree(to)).toEqual(before);
  });

  it('prints that it is connected before it gets the names to send', async () => {
    const { from, to } = await trees();
    const argv = locally(rsyncArgv({ root: tree(from, from), shell: SHELL, destination: 'root@b' }), to);
    const child = spawn('rsync', argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    const [said] = await once(child.stdout, 'data');
    expect(String(said)).toBe(`${READY}\n`);
    child.stdin.end(EVERYTHING);
    await once(child, 'exit');
  });

  it('prints how many bytes it has sent', async () => {
    const { from, to } = await trees();
    writeFileSync(`${from}/data`, Buffer.alloc(3_000_000, 'x'));
    expect(bytesSent(await sync(from, to))).toBeGreaterThan(3_000_000);
    expect(bytesSent(await sync(from, to))).toBeLessThan(10_000);
  });
});

describe.concurrent('a sync of named files', () => {
  it('sends changes that times and sizes hide, which a sync of everything misses', async () => {
    const { from, to } = await trees();
    const names = [...oddNames, 'deep/down/mapped'];
    mkdirSync(`${from}/deep/down`, { recursive: true });
    const write = (text: string): void => {
      for (const name of names) {
        writeFileSync(`${from}/${name}`, text);
        utimesSync(`${from}/${name}`, 1_700_000_000, 1_700_000_000);
      }
    };
    write('before');
    await sync(from, to);
    write('afterw');
    await sync(from, to);
    expect(readFileSync(`${to}/deep/down/mapped`, 'utf8')).toBe('before');
    await syncFiles(
      from,
      to,
      names.map((name) => `/${name}`),
    );
    expect(describeTree(to)).toEqual(describeTree(from));
  });

  // A sync of everything runs at the same time, and would delete a temporary file.
  it('writes into the existing files', async () => {
    const { from, to } = await trees();
    writeFileSync(`${from}/mapped`, 'before');
    await sync(from, to);
    const { ino } = lstatSync(`${to}/mapped`);
    writeFileSync(`${from}/mapped`, 'after');
    await syncFiles(from, to, ['/mapped']);
    expect(readFileSync(`${to}/mapped`, 'utf8')).toBe('after');
    expect(lstatSync(`${to}/mapped`).ino).toBe(ino);
  });

  it('touches no other file', async () => {
    const { from, to } = await trees();
    writeFileSync(`${from}/named`, 'x');
    writeFileSync(`${from}/other`, 'x');
    writeFileSync(`${to}/kept`, 'x');
    await syncFiles(from, to, ['/named']);
    expect(readdirSync(to).sort()).toEqual(['kept', 'named']);
  });
});

describe("rsync's command", () => {
  const root = tree('/a b', 'files-0', ['/x']);
  const argv = rsyncArgv({ root, shell: SHELL, destination: 'root@b' });

  it('goes from a path to a module, over the open connection', () => {
    expect(argv.slice(-5)).toEqual(['-e', SHELL, '--', '/a b/', 'root@b::files-0/']);
    expect(rsyncFilesArgv({ from: '/a b', to: 'files-0' }, SHELL, 'root@b').slice(-5)).toEqual(
      argv.slice(-5),
    );
  });

  it('writes a single file into the existing one', () => {
    const file = { ...tree('/logs/one.log', 'files-1/two.log'), kind: 'file' } as const;
    const ofFile = rsyncArgv({ root: file, shell: SHELL, destination: 'root@b' });
    expect(ofFile.slice(-2)).toEqual(['/logs/one.log', 'root@b::files-1/two.log']);
    expect(ofFile).toContain('--inplace');
    expect(argv).not.toContain('--inplace');
  });

  it('puts an IPv6 address in brackets, because of its colons', () => {
    expect(rsyncFilesArgv({ from: '/u', to: 'u' }, SHELL, 'root@2001:db8::1').at(-1)).toBe(
      'root@[2001:db8::1]::u/',
    );
    expect(rsyncArgv({ root: tree('/u', 'u'), shell: SHELL, destination: 'root@fe80::1%eth0' }).at(-1)).toBe(
      'root@[fe80::1%eth0]::u/',
    );
  });
});

describe('the bytes sent', () => {
  it('are read from the total of what was sent, not of what was received', () => {
    const stats =
      'Total file size: 9 bytes\nTotal bytes sent: 1234567\nTotal bytes received: 42\n\nsent 1,2\n';
    expect(bytesSent(stats)).toBe(1_234_567);
  });

  it('are 0 when rsync prints no statistics', () => {
    expect(bytesSent('')).toBe(0);
  });
});
