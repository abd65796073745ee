import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { makeProgram, startScript, temporaryDirectory } from './start-script.ts';

/** What the script says of a criu that is this bash script, and what it leaves in the directory of images. */
const told = async (
  role: 'source' | 'destination',
  criu: string,
): Promise<{ readonly said: readonly string[]; readonly left: readonly string[] }> => {
  const [bin, images] = [await temporaryDirectory(), await temporaryDirectory()];
  await makeProgram(`${bin}/criu`, `#!/bin/bash\n${criu}\n`);
  const script = await startScript('prove-hold', [role, `${images}/not/there`], {
    PATH: `${bin}:${process.env['PATH']}`,
  });
  const { told: said } = await script.ended;
  return { said, left: await readdir(images) };
};

const hold = 'read -r _ hold <"$CRIU_CONFIG_FILE"';
const logged = 'for ((i = 1; i < $#; i++)); do [ "${!i}" != -o ] || { n=$((i + 1)); log=${!n}; }; done';

// That a real criu passes is seen in the lab.
describe.concurrent('prove-hold.sh', () => {
  it('does not take the word of a criu that never asks its action script', async () => {
    const { said, left } = await told('source', 'exit 1');
    expect(said).toEqual(['failed criu did not hold a process at post-dump']);
    expect(left).toEqual([]);
  });

  it('sees that a process is not held while the script is asked', async () => {
    const criu = `${hold}\nCRTOOLS_SCRIPT_ACTION=post-dump "$hold"; exit 1`;
    expect((await told('source', criu)).said).toEqual(['failed criu did not hold a process at post-dump']);
  });

  it.each(['source', 'destination'] as const)(
    'sees that the refusal of the script is not heeded (%s)',
    async (role) => {
      // The destination's process has to be gone before it can be made again.
      const criu = '[ "$1" != dump ] || kill -9 "$(pgrep -nx sleep -P "$PPID")"; exit 0';
      expect((await told(role, criu)).said).toEqual([
        'failed criu took the refusal of its action script for consent',
      ]);
    },
  );

  it('sees that a restore was never held', async () => {
    const criu = '[ "$1" = dump ] && { kill -9 "$(pgrep -nx sleep -P "$PPID")"; exit 0; }; exit 1';
    expect((await told('destination', criu)).said).toEqual([
      'failed criu did not ask its action script at post-restore',
    ]);
  });

  it('tells what criu said', async () => {
    const criu = `${logged}\necho '(00.1) Error (x.c:1): no such thing' >"$log"; exit 1`;
    expect((await told('destination', criu)).said).toEqual([
      'failed criu could not dump a process: (00.1) Error (x.c:1): no such thing',
    ]);
  });
});
