import { appendFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { listContainers } from '../../bench/containers/list-containers.ts';
import { removeContainer } from '../../bench/containers/run-container.ts';
import { defaultSuite, openLab, type Suite } from '../../bench/lab/index.ts';
import type { Host } from '../../engine/ports/host.ts';
import { clearDocker, setUpDocker } from '../lab/docker.ts';
import { openHosts } from '../lab/hosts.ts';
import { providedLab } from '../lab/provided.ts';
import { NotThere, Refused } from './move.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios.ts';
import { type Versions, versionsOf } from './versions.ts';

/** `all`, or a part of the name of a scenario; without it those that are part of `npm test`. */
const which = process.env['PRECOPY_STACKS'];
const isAsked = ({ name, smoke }: Scenario): boolean =>
  which === undefined ? smoke === true : which === 'all' || name.includes(which);

/** What preflight refuses on a stack as a whole, by the code of the finding, so that nothing is tried there that cannot go well. */
const refusedOn: Partial<Record<Suite, string>> = { bookworm: 'criu-too-old' };

const clear = async (host: Host): Promise<void> => {
  for (const id of await listContainers(host)) await removeContainer(host, id);
  await clearDocker(host);
};

const resultOf = (
  error: unknown,
  refusal: string | undefined,
): { readonly result: string; readonly failed: boolean } => {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NotThere) return { result: `not there: ${message}`, failed: false };
  const asExpected = error instanceof Refused && refusal !== undefined && message.includes(refusal);
  return asExpected ? { result: `refused: ${message}`, failed: false } : { result: message, failed: true };
};

describe('on the stack of the lab', () => {
  const hosts = openHosts();
  let versions: Versions = {};
  let suite: Suite = defaultSuite;

  beforeAll(async () => {
    suite = (await openLab(providedLab().name)).suite;
    await Promise.all([setUpDocker('a'), setUpDocker('b')]);
    versions = await versionsOf(hosts.a);
  });
  beforeEach(async () => {
    await Promise.all([clear(hosts.a), clear(hosts.b)]);
  });
  afterAll(async () => {
    await Promise.all([clear(hosts.a), clear(hosts.b)]);
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  it.each(scenarios.filter(isAsked))('$name', { timeout: 600_000 }, async ({ name, onlyChecks, run }) => {
    const record = async (result: string): Promise<void> => {
      const file = process.env['PRECOPY_STACKS_OUT'];
      const on = new Date().toISOString().slice(0, 10);
      if (file !== undefined)
        await appendFile(file, `${JSON.stringify({ suite, versions, scenario: name, result, on })}\n`);
    };
    const refusal = onlyChecks === true ? undefined : refusedOn[suite];
    try {
      await run(hosts);
      if (refusal !== undefined) throw new Error(`was not refused by ${refusal}`);
      await record('passed');
    } catch (error) {
      const { result, failed } = resultOf(error, refusal);
      await record(result);
      if (failed) throw error;
    }
  });
});
