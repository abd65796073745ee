import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { localHost } from '../../transport/host/local-host.ts';
import { verifyReceived } from '../../transport/verify-received.ts';
import { corpusOf } from '../criu-proto/corpus.ts';
import { temporaryDirectory } from './scripts/start-script.ts';

/** A migration's directory as a real criu has left it on the destination, memory as holes. */
const received = async (): Promise<string> => {
  const directory = await temporaryDirectory();
  for (const [round, files] of Object.entries(corpusOf('4.1.1').rounds)) {
    const folder = `${directory}/images/${round === 'last' ? 'final' : round}`;
    mkdirSync(folder, { recursive: true });
    for (const [name, { bytes, size, target }] of Object.entries(files)) {
      if (target !== undefined) symlinkSync(target, `${folder}/${name}`);
      else writeFileSync(`${folder}/${name}`, bytes ?? '');
      if (target === undefined && bytes === undefined) truncateSync(`${folder}/${name}`, size);
    }
  }
  return directory;
};

describe('what the destination has received', () => {
  it('is looked at whole, all rounds of it', async () => {
    const { files, size } = await verifyReceived(localHost(), await received());
    const { rounds } = corpusOf('4.1.1');
    const chain = ['round-0', 'round-1', 'last'].flatMap((round) => Object.keys(rounds[round] ?? {}));
    expect(files).toBe(chain.length);
    expect(size).toBeGreaterThan(1_000_000);
  });

  it.each([
    ['is missing', (at: string) => rmSync(`${at}/final/pstree.img`), /pstree/],
    ['is cut short', (at: string) => truncateSync(`${at}/final/core-1.img`, 100), /core-1\.img/],
    ['lacks memory', (at: string) => truncateSync(`${at}/round-0/pages-1.img`, 4096), /pages-1\.img/],
    [
      'leads elsewhere',
      (at: string) => {
        rmSync(`${at}/final/parent`);
        symlinkSync('../../../etc', `${at}/final/parent`);
      },
      /parent.*neighbour/,
    ],
    [
      'is a link',
      (at: string) => {
        rmSync(`${at}/final/files.img`);
        symlinkSync('/etc/shadow', `${at}/final/files.img`);
      },
      /files\.img/,
    ],
  ])('is refused when an image %s, naming it', async (_, damage, named) => {
    const directory = await received();
    damage(`${directory}/images`);
    await expect(verifyReceived(localHost(), directory)).rejects.toThrow(named);
  });
});
