import { renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { localHost } from '../../../transport/host/local-host.ts';
import { parkVerification, verifyReceived } from '../../../transport/received/verify-received.ts';
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

/** The same with the names that a migration gives its rounds. */
const numberedRounds = async (): Promise<Received> => {
  const seen = await rounds();
  const images = `${seen.directory}/images`;
  for (const [from, to] of [
    ['round-0', '0'],
    ['round-1', '1'],
  ] as const)
    renameSync(`${images}/${from}`, `${images}/${to}`);
  for (const [name, parent] of [
    ['1', '0'],
    ['final', '1'],
  ] as const) {
    rmSync(`${images}/${name}/parent`);
    symlinkSync(`../${parent}`, `${images}/${name}/parent`);
  }
  return seen;
};

describe('a pre-dump that was received', () => {
  it('is checked before the last dump is there, and not again', async () => {
    const seen = await numberedRounds();
    const parked = await parkVerification(localHost(), seen);
    rmSync(`${seen.directory}/received`);
    await parked.verifyRound(0);
    await parked.verifyRound(1);
    writeFileSync(`${seen.directory}/received`, '');
    const { files } = await parked.verify();
    expect(files).toBe((await verifyReceived(localHost(), await rounds())).files);
    await parked.discard();
  });

  it('is refused as soon as it is checked', async () => {
    const seen = await numberedRounds();
    truncateSync(`${seen.directory}/images/0/pages-1.img`, 4096);
    const parked = await parkVerification(localHost(), seen);
    await expect(parked.verifyRound(0)).rejects.toThrow(/0\/pagemap-\d+\.img: pages-1\.img has 4096 bytes/);
    await parked.discard();
  });

  it('is checked again at the cut-over when it has changed since', async () => {
    const seen = await numberedRounds();
    const parked = await parkVerification(localHost(), seen);
    await parked.verifyRound(0);
    await parked.verifyRound(1);
    truncateSync(`${seen.directory}/images/0/pages-1.img`, 4096);
    await expect(parked.verify()).rejects.toThrow(/0\/pagemap-\d+\.img: pages-1\.img has 4096 bytes/);
    await parked.discard();
  });
});
