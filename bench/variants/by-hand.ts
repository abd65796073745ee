import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { CommandFailed } from '../../engine/model/errors.ts';
import type { Mark } from './parts.ts';
import type { Scene } from './variant.ts';

export type ByHand = 'stop-and-copy' | 'three-rounds' | 'floor' | 'docker' | 'podman';

const read = (name: string): string => readFileSync(new URL(`./scripts/${name}.sh`, import.meta.url), 'utf8');

/** Runs one of the ways by hand on host a, and notes when each part began as it is told. */
export const byHand = async (
  { a }: Scene,
  name: ByHand,
  ...values: readonly string[]
): Promise<readonly Mark[]> => {
  const script = read(name).replace(/^\. common\.sh$/m, () => read('common'));
  const running = await a.start({ argv: ['bash', '-c', script, name, ...values] });
  running.endInput();
  const marks: Mark[] = [];
  for await (const line of running.lines) {
    const [, part] = /^part (.+)$/.exec(line) ?? [];
    if (part !== undefined) marks.push({ part, at: performance.now() });
  }
  const { exitCode, stderr } = await running.exit;
  if (exitCode !== 0) {
    const last = marks.at(-1)?.part ?? 'the beginning';
    throw new CommandFailed({ host: 'a', argv: [name], exitCode, stderr, reason: `failed at ${last}` });
  }
  return marks;
};
