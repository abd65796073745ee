import { writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { FileRoot } from '../../../engine/model/file-root.ts';
import type { Host } from '../../../engine/ports/host.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { hotFiles } from '../../../transport/link/hot-files.ts';
import { temporaryDirectory } from '../scripts/start-script.ts';

/** This machine, with a container that has mapped these files. */
const hostWith = (paths: readonly Buffer[]): Host => {
  const host = localHost();
  const lines = paths.map((path) =>
    Buffer.concat([Buffer.from('7f00-7f10 rw-s 00000000 08:01 131   '), path, Buffer.from('\n')]),
  );
  const stdout = Buffer.concat(lines).toString('base64');
  return {
    ...host,
    run: async (command, signal) =>
      command.argv[2]?.includes('/maps') ? { exitCode: 0, stdout, stderr: '' } : host.run(command, signal),
  };
};

const rootAt = (from: string): FileRoot => ({
  kind: 'tree',
  from,
  to: '/there',
  exclude: [],
  seen: { at: '/', below: '' },
  when: 'always',
});

describe('files that a container has mapped', () => {
  it('are found whatever bytes their names hold', async () => {
    const from = await temporaryDirectory();
    const name = Buffer.from([0x2f, 0x61, 0xff, 0xfe, 0x0a, 0xc3, 0xa4]);
    await writeFile(Buffer.concat([Buffer.from(from), name]), '');
    const escaped = Buffer.from(name.toString('latin1').replace('\n', '\\012'), 'latin1');
    const [found] = await hotFiles(hostWith([escaped, Buffer.from('/not/there')]), '/shop', [rootAt(from)]);
    expect(Buffer.from(found?.names ?? [])).toEqual(Buffer.concat([name, Buffer.from([0])]));
  });

  it('are found however many they are', async () => {
    const from = await temporaryDirectory();
    const folder = `${from}/${'directory'.repeat(8)}`;
    await mkdir(folder);
    const names = Array.from({ length: 4000 }, (_, index) => `index-${index}`);
    for (const name of names) writeFileSync(`${folder}/${name}`, '');
    const paths = names.map((name) => Buffer.from(`/${'directory'.repeat(8)}/${name}`));
    const [found] = await hotFiles(hostWith(paths), '/shop', [rootAt(from)]);
    expect(
      Buffer.from(found?.names ?? [])
        .toString()
        .split('\0'),
    ).toHaveLength(4001);
  });
});
