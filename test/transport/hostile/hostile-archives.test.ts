import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../../engine/ports/host.ts';
import { scriptText } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { temporaryDirectory } from '../scripts/start-script.ts';
import { archive, type Member } from './archive.ts';
import { snapshot } from './received.ts';

const host = localHost();

interface Destination {
  /** A directory beside the images that no archive may write to. */
  readonly around: string;
  readonly directory: string;
  /** Sends an archive through the gate as a source does. Returns how the gate ended. */
  receive(members: readonly Member[]): Promise<CommandOutput>;
}

const destination = async (): Promise<Destination> => {
  const base = await temporaryDirectory();
  const [around, directory] = [`${base}/around`, `${base}/migration`];
  await mkdir(around);
  await writeFile(`${around}/passwd`, 'root\n');
  await mkdir(`${directory}/images/0`, { recursive: true });
  await mkdir(`${directory}/images/final`);
  await writeFile(`${directory}/images/0/pages-1.img`, 'of the first round');
  await symlink('../0', `${directory}/images/final/parent`);
  await writeFile(`${directory}/images/final/pages-65537.img`, 'pages');
  await writeFile(`${directory}/gate.sh`, scriptText('gate'));
  const argv = ['env', 'SSH_ORIGINAL_COMMAND=receive-images', 'bash', `${directory}/gate.sh`] as const;
  return { around, directory, receive: (members) => host.probe({ argv, stdin: archive(members) }) };
};

const image: Member = { name: './core-1.img', content: 'core' };

const hostile: readonly { readonly name: string; readonly members: (around: string) => readonly Member[] }[] =
  [
    { name: 'a name above its directory', members: () => [{ name: '../../around/passwd', content: 'x' }] },
    { name: 'a name of the host', members: (around) => [{ name: `${around}/new`, content: 'x' }] },
    { name: 'a link out', members: (around) => [{ name: './x', type: '2', target: around }] },
    {
      name: 'a file through a link out that came before it',
      members: (around) => [
        { name: './x', type: '2', target: around },
        { name: './x/passwd', content: 'x' },
      ],
    },
    {
      name: 'a file through links that lead up one by one',
      members: () => [
        { name: './a', type: '2', target: '..' },
        { name: './b', type: '2', target: 'a/..' },
        { name: './b/around/passwd', content: 'x' },
      ],
    },
    {
      name: 'a link where a page-server will write',
      members: (around) => [{ name: './pages-65538.img', type: '2', target: `${around}/passwd` }],
    },
    {
      name: 'a hard link to a file outside',
      members: (around) => [{ name: './x', type: '1', target: `${around}/passwd` }],
    },
    { name: 'a block device', members: () => [{ name: './x', type: '4' }] },
    { name: 'a character device', members: () => [{ name: './x', type: '3' }] },
    { name: 'a fifo', members: () => [{ name: './x', type: '6' }] },
    { name: 'a directory', members: () => [{ name: './0', type: '5' }] },
    {
      name: 'pages that replace received ones',
      members: () => [{ name: './pages-65537.img', content: 'x' }],
    },
  ];

describe.concurrent('an archive of images', () => {
  it('is received as a whole and once, without its link to the earlier round', async () => {
    const { directory, receive } = await destination();
    const dotted: Member = { name: './', type: '5', mode: 0o777, owner: 1000 };
    const parent: Member = { name: './parent', type: '2', target: '/etc' };
    const marked: Member = { ...image, mode: 0o4777, owner: 1000 };
    expect((await receive([dotted, parent, marked])).exitCode).toBe(0);
    const all = await snapshot(directory);
    expect(all).toContainEqual(expect.stringMatching(/^images\/final\/core-1\.img 100700 0 4 /));
    expect(all).toContainEqual(expect.stringMatching(/^images\/final\/parent 120777 0 \d+ \.\.\/0$/));
    expect(all).toContainEqual(expect.stringMatching(/^received /));
    const again = await receive([{ name: './core-1.img', content: 'other' }]);
    expect(again).toMatchObject({ exitCode: 126, stderr: 'precopy: images come once\n' });
    expect(await snapshot(directory)).toEqual(all);
  });

  it.each(hostile)('with $name changes no existing file', async ({ members }) => {
    const { around, directory, receive } = await destination();
    const before = [await snapshot(around), await snapshot(`${directory}/images`)];
    const { exitCode } = await receive([...members(around), image]);
    expect(await snapshot(around)).toEqual(before[0]);
    expect(exitCode).not.toBe(0);
    expect(await readdir(directory)).not.toContain('received');
    expect(await snapshot(`${directory}/images`)).toEqual(before[1]);
  });

  it('cannot use what an earlier archive has left', async () => {
    const { around, directory, receive } = await destination();
    await receive([{ name: './x', type: '2', target: around }]);
    const { exitCode } = await receive([{ name: './x/passwd', content: 'x' }]);
    expect(exitCode).toBe(126);
    expect(await readFile(`${around}/passwd`, 'utf8')).toBe('root\n');
    expect(await readdir(`${directory}/images/final`)).toEqual(['pages-65537.img', 'parent']);
  });

  it('would write outside without the gate: tar follows a link of an earlier archive', async () => {
    const { around, directory } = await destination();
    const tar = (members: readonly Member[]): Promise<CommandOutput> =>
      host.probe({ argv: ['tar', '-C', `${directory}/images/final`, '-xf', '-'], stdin: archive(members) });
    await tar([{ name: './x', type: '2', target: around }]);
    await tar([{ name: './x/passwd', content: 'x' }]);
    expect(await readFile(`${around}/passwd`, 'utf8')).toBe('x');
  });
});
