import { chmod, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CommandFailed } from '../../../engine/model/errors.ts';
import type { Host } from '../../../engine/ports/host.ts';
import { differingDirectories } from '../../../transport/facts/lower-layers.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { temporaryDirectory } from '../scripts/start-script.ts';

const TIME = 1_700_000_000;

/** Two directories that stand for one path on two hosts. */
const pair = async (): Promise<{ here: string; there: string; differ(): Promise<boolean> }> => {
  const base = await temporaryDirectory();
  const [here, there] = [`${base}/here`, `${base}/there`];
  for (const root of [here, there]) {
    await mkdir(`${root}/bin`, { recursive: true });
    await writeFile(`${root}/bin/app`, 'same');
    await symlink('app', `${root}/bin/link`);
    await utimes(`${root}/bin/app`, TIME, TIME);
    await touchAll(root);
  }
  const local = localHost();
  const other: Host = {
    ...local,
    run: ({ argv: [file, ...rest], ...command }, signal) =>
      local.run({ ...command, argv: [file, ...rest.map((word) => (word === here ? there : word))] }, signal),
  };
  const differ = async (): Promise<boolean> => (await differingDirectories(local, other, [here])).length > 0;
  return { here, there, differ };
};

/** Sets one time on everything below a directory, on the links themselves too. */
const touchAll = async (root: string): Promise<void> => {
  await localHost().run({ argv: ['find', root, '-exec', 'touch', '-h', '-d', `@${TIME}`, '{}', '+'] });
};

describe.concurrent('a lower directory', () => {
  it('is the same on both hosts when nothing about it differs', async () => {
    expect(await (await pair()).differ()).toBe(false);
  });

  it('is the same although its directories take up more room on one host', async () => {
    const { here, differ } = await pair();
    const fillAndEmpty = 'cd "$1" && seq -f "%0200.0f" 300 | xargs touch && seq -f "%0200.0f" 300 | xargs rm';
    await localHost().run({ argv: ['sh', '-c', fillAndEmpty, 'sh', here] });
    await touchAll(here);
    expect(await differ()).toBe(false);
  });

  it.each([
    ['a file has another size', (root: string) => writeFile(`${root}/bin/app`, 'longer')],
    ['a file has another time', (root: string) => utimes(`${root}/bin/app`, TIME + 1, TIME + 1)],
    ['a file has another mode', (root: string) => chmod(`${root}/bin/app`, 0o755)],
    ['a file is missing', (root: string) => localHost().run({ argv: ['rm', `${root}/bin/link`] })],
    [
      'a link leads elsewhere',
      async (root: string) => {
        await localHost().run({ argv: ['ln', '-sfn', 'other', `${root}/bin/link`] });
        await touchAll(root);
      },
    ],
  ])('differs when %s', async (_, change) => {
    const { there, differ } = await pair();
    await change(there);
    expect(await differ()).toBe(true);
  });

  it('that cannot be read is an error, not a difference', async () => {
    const host = localHost();
    await expect(differingDirectories(host, host, ['/no/such/directory'])).rejects.toThrow(CommandFailed);
  });
});
