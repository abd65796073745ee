import { describe, expect, it } from 'vitest';
import { isTooOld } from '../../../engine/core/preflight/criu-versions.ts';
import { InvalidInput } from '../../../engine/model/errors.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { verifyReceived } from '../../../transport/received/verify-received.ts';
import { corpora } from '../../criu-proto/corpus.ts';
import { cases } from './cases.ts';
import { dockerConfig, openConfig, runcConfig } from './configurations.ts';
import { received, snapshot } from './received.ts';

const host = localHost();

const configurations = { docker: dockerConfig, runc: runcConfig, last: openConfig } as const;

/** Checkpoints that preflight permits. An older criu does not record `no_new_privs`. */
const real = corpora
  .filter(({ criu }) => !isTooOld(criu))
  .flatMap(({ criu, rounds }) =>
    (['docker', 'runc', 'last'] as const)
      .filter((round) => round in rounds)
      .map((round) => ({ criu, round })),
  );

describe('a checkpoint that criu has written', () => {
  it.each(real)('of version $criu ($round) may be restored', async ({ criu, round }) => {
    const checkpoint = await received(criu, round, configurations[round]);
    const { files } = await verifyReceived(host, checkpoint);
    expect(files).toBeGreaterThan(20);
    expect(await snapshot(checkpoint.directory)).toContainEqual(expect.stringMatching(/^verified /));
  });
});

describe.concurrent('a hostile checkpoint', () => {
  it('has one of at least 40 names', () => {
    expect(cases.length).toBeGreaterThanOrEqual(40);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it.each(cases)('with $name is refused, and nothing is written', async ({ tamper, reason, config }) => {
    const checkpoint = await received('4.1.1', 'docker', config ?? dockerConfig);
    await tamper(checkpoint);
    const before = await snapshot(checkpoint.surroundings);
    const verified = verifyReceived(host, checkpoint);
    await expect(verified).rejects.toThrow(reason);
    // Without the note `verified` no request of the source leads to a restore (hand-over.sh).
    expect(await snapshot(checkpoint.surroundings)).toEqual(before);
    if (!reason.source.startsWith('the images of')) await expect(verified).rejects.toThrow(InvalidInput);
  });
});
