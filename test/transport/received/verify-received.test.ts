import { rmSync, symlinkSync, truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { localHost } from '../../../transport/host/local-host.ts';
import { verifyReceived } from '../../../transport/received/verify-received.ts';
import { corpusOf } from '../../criu-proto/corpus.ts';
import { openConfig } from '../hostile/configurations.ts';
import { type Received, received } from '../hostile/received.ts';

/** A chain of rounds, as a real criu has written it. */
const rounds = (): Promise<Received> => received('4.1.1', 'last', openConfig);

describe('what the destination has received', () => {
  it('is checked as a whole, with all rounds', async () => {
    const { files, size } = await verifyReceived(localHost(), await rounds());
    const chain = ['round-0', 'round-1', 'last'].flatMap((round) =>
      Object.keys(corpusOf('4.1.1').rounds[round] ?? {}),
    );
    // runc adds one file.
    expect(files).toBe(chain.length + 1);
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
    const checkpoint = await rounds();
    damage(`${checkpoint.directory}/images`);
    await expect(verifyReceived(localHost(), checkpoint)).rejects.toThrow(named);
  });
});
