import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { InvalidInput } from '../../../engine/model/errors.ts';
import type { Host } from '../../../engine/ports/host.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { authorizeKey, revokeKey, revokeMigrationKey } from '../../../transport/link/authorized-key.ts';
import { temporaryDirectory } from '../scripts/start-script.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOurs+ours/ours= precopy-20260101T000000Z-ab12cd';
const OTHER = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIForeign admin@office';

interface Home {
  readonly host: Host;
  readonly file: string;
}

/** This machine, with a home directory of its own. */
const home = async (content?: string | Uint8Array): Promise<Home> => {
  const directory = await temporaryDirectory();
  const local = localHost();
  const host: Host = {
    ...local,
    run: ({ argv, ...rest }, signal) =>
      local.run({ ...rest, argv: ['env', `HOME=${directory}`, ...argv] }, signal),
  };
  const file = `${directory}/.ssh/authorized_keys`;
  if (content !== undefined) {
    await mkdir(`${directory}/.ssh`);
    await writeFile(file, content);
  }
  return { host, file };
};

describe.concurrent('a key for one migration', () => {
  test.each([
    ['a file of another key', `${OTHER}\n`],
    ['no line at all', ''],
    ['comments and empty lines', `# keys\n\n  \n${OTHER}\n\n`],
    ['a line of 100 kB', `${'x'.repeat(100_000)}\n${OTHER}\n`],
    ['options and quotes', `command="echo 'a b' \\"c\\" $HOME",restrict ${OTHER}\n`],
  ])('leaves no trace in %s', async (_, content) => {
    const { host, file } = await home(content);
    await authorizeKey(host, KEY, 'restrict');
    expect(await readFile(file, 'utf8')).toBe(`${content}restrict ${KEY}\n`);
    await revokeKey(host, KEY);
    expect(await readFile(file, 'utf8')).toBe(content);
  });

  it('is found by the id of its migration, and no other key is removed', async () => {
    const other = `${KEY}x`;
    const { host, file } = await home(`${OTHER}\n${other}\n`);
    await authorizeKey(host, KEY, 'restrict');
    await revokeMigrationKey(host, '20260101T000000Z-ab12cd');
    await revokeMigrationKey(host, '20260101T000000Z-ab12cd');
    expect(await readFile(file, 'utf8')).toBe(`${OTHER}\n${other}\n`);
    await expect(revokeMigrationKey(host, '.*')).rejects.toThrow(InvalidInput);
  });

  it('does not join a last line without a newline', async () => {
    const { host, file } = await home(OTHER);
    await authorizeKey(host, KEY, 'restrict');
    expect(await readFile(file, 'utf8')).toBe(`${OTHER}\nrestrict ${KEY}\n`);
    await revokeKey(host, KEY);
    expect(await readFile(file, 'utf8')).toBe(`${OTHER}\n`);
  });

  it('keeps bytes that are not text', async () => {
    const content = Buffer.from([...Buffer.from(`# M\xfcller`, 'latin1'), 0xff, 0xfe, 0x0a]);
    const { host, file } = await home(content);
    await authorizeKey(host, KEY, 'restrict');
    await revokeKey(host, KEY);
    expect(Buffer.compare(await readFile(file), content)).toBe(0);
  });

  it('keeps foreign lines of a file that contains a NUL', async () => {
    const { host, file } = await home(`${OTHER}\n# \0\n`);
    await authorizeKey(host, KEY, 'restrict');
    await revokeKey(host, KEY);
    expect(await readFile(file, 'utf8')).toContain(`${OTHER}\n`);
    expect(await readFile(file, 'utf8')).not.toContain(KEY);
  });

  it('is removed from the file that a link leads to, which keeps its owner and mode', async () => {
    const { host, file } = await home(`${OTHER}\n`);
    const real = `${file}.real`;
    await rename(file, real);
    await chmod(real, 0o640);
    await chown(real, 1234, 4321);
    await symlink(real, file);
    await authorizeKey(host, KEY, 'restrict');
    await revokeKey(host, KEY);
    expect(await readFile(real, 'utf8')).toBe(`${OTHER}\n`);
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
    expect(await stat(real)).toMatchObject({ uid: 1234, gid: 4321, mode: 0o100640 });
    expect((await readdir(dirname(file))).sort()).toEqual(['authorized_keys', 'authorized_keys.real']);
  });

  it('works without a file, and makes one for its owner only', async () => {
    const { host, file } = await home();
    await authorizeKey(host, KEY, 'restrict');
    expect(await readFile(file, 'utf8')).toBe(`restrict ${KEY}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await revokeKey(host, KEY);
    expect(await readFile(file, 'utf8')).toBe('');
  });

  it('can be revoked several times, and without a file', async () => {
    const { host, file } = await home(`${OTHER}\n`);
    for (const _ of ['once', 'twice']) await revokeKey(host, KEY);
    expect(await readFile(file, 'utf8')).toBe(`${OTHER}\n`);
    const empty = await home();
    await revokeKey(empty.host, KEY);
    await expect(stat(empty.file)).rejects.toThrow('ENOENT');
  });

  it("is revoked without another migration's key", async () => {
    const { host, file } = await home();
    const another = KEY.replace('ab12cd', 'ef34ab');
    await authorizeKey(host, KEY, 'restrict');
    await authorizeKey(host, another, 'restrict');
    await revokeKey(host, KEY);
    expect(await readFile(file, 'utf8')).toBe(`restrict ${another}\n`);
  });

  it("leaves the file's mode as it was", async () => {
    const { host, file } = await home(`${OTHER}\n`);
    await chmod(file, 0o640);
    await authorizeKey(host, KEY, 'restrict');
    await revokeKey(host, KEY);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  it('survives many changes at a time', async () => {
    const { host, file } = await home(`${OTHER}\n`);
    const keys = Array.from({ length: 8 }, (_, index) => `${KEY}${index}`);
    await Promise.all(keys.map((key) => authorizeKey(host, key, 'restrict')));
    await Promise.all(keys.map((key) => revokeKey(host, key)));
    expect(await readFile(file, 'utf8')).toBe(`${OTHER}\n`);
  });

  it('leaves all keys in place when the file cannot be read to its end', async () => {
    const { host, file } = await home(`${OTHER}\nrestrict ${KEY}\n`);
    const broken: Host = {
      ...host,
      run: ({ argv }) => {
        const [command, flag, script = '', ...rest] = argv;
        return host.run({ argv: [command, flag ?? '', `grep() { return 2; }; ${script}`, ...rest] });
      },
    };
    await expect(revokeKey(broken, KEY)).rejects.toThrow();
    expect(await readFile(file, 'utf8')).toBe(`${OTHER}\nrestrict ${KEY}\n`);
  });

  test.each([
    '',
    'ssh-rsa AAAA precopy-x',
    `${KEY}\n${OTHER}`,
    `no-pty ${KEY}`,
    'ssh-ed25519 AAAA somebody@else',
    'ssh-ed25519 AA AA precopy-x',
  ])('is refused when it is not one of ours: %j', async (key) => {
    const { host } = await home();
    await expect(authorizeKey(host, key, 'restrict')).rejects.toThrow(InvalidInput);
    await expect(revokeKey(host, key)).rejects.toThrow(InvalidInput);
  });
});
