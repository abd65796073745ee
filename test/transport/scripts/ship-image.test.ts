import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { scriptText } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { fixture, makeProgram, type StartedScript, startScript, temporaryDirectory } from './start-script.ts';

const sh = async (script: string, ...values: readonly string[]): Promise<string> =>
  (await localHost().run({ argv: ['sh', '-c', script, 'sh', ...values] })).stdout;

/** Saves what lies in ARCHIVE, without end when told so, and loads into LOADED. */
const docker = [
  '#!/bin/sh',
  'case "$1 $2" in',
  '  "save --") [ "$3" = "$IMAGE" ] && cat "$ARCHIVE" && { [ -z "$ENDLESS" ] || cat /dev/zero; } ;;',
  '  "image inspect") cat "$DIGESTS" ;;',
  '  "load --quiet") cat >"$LOADED"; echo "Loaded image ID: sha256:1" ;;',
  'esac',
].join('\n');

interface Setting {
  readonly loaded: string;
  readonly calls: string;
  ship(present: number, variables?: Record<string, string>, to?: string): Promise<StartedScript>;
}

/** An image as `docker save` writes it, given each layer's digest and its place in the archive, lowest first. */
const prepared = async (layers: readonly (readonly [digest: string, path: string])[]): Promise<Setting> => {
  const directory = await temporaryDirectory();
  const content = `${directory}/content`;
  for (const [digest, path] of layers) {
    await mkdir(`${content}/${path.replace(/\/[^/]*$/, '')}`, { recursive: true });
    await writeFile(`${content}/${path}`, `${digest}\n`.repeat(1000));
  }
  const manifest = [{ Config: 'config.json', RepoTags: null, Layers: layers.map(([, path]) => path) }];
  await writeFile(`${content}/config.json`, '{}');
  await writeFile(`${content}/manifest.json`, JSON.stringify(manifest));
  await sh(
    'cd "$1" && tar -cf ../archive $(ls -d blobs */layer.tar config.json 2>/dev/null) manifest.json',
    content,
  );
  await writeFile(`${directory}/digests`, `${layers.map(([digest]) => digest).join('\n')}\n\n`);
  await mkdir(`${directory}/bin`);
  await makeProgram(`${directory}/bin/docker`, docker);
  const loaded = `${directory}/loaded`;
  const calls = `${directory}/calls`;
  const gate = `${directory}/gate.sh`;
  await writeFile(gate, scriptText('gate'));
  return {
    loaded,
    calls,
    ship: (present, variables = {}, to = 'root@destination') =>
      startScript('ship-image', ['/run/mux', to, 'sha256:1', present], {
        PATH: `${directory}/bin:${fixture('bin')}:${process.env['PATH']}`,
        SSH_CALLS: calls,
        SSH_GATE: gate,
        IMAGE: 'sha256:1',
        ARCHIVE: `${directory}/archive`,
        DIGESTS: `${directory}/digests`,
        LOADED: loaded,
        ...variables,
      }),
  };
};

const listed = async (archive: string): Promise<readonly string[]> =>
  (await sh('tar -tf "$1"', archive))
    .split('\n')
    .filter((name) => name !== '' && !name.endsWith('/'))
    .sort();

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const blob = (letter: string): string => `blobs/sha256/${letter.repeat(64)}`;
const modern = ['a', 'b', 'c'].map((letter) => [digest(letter), blob(letter)] as const);

describe.concurrent('ship-image.sh', () => {
  it('brings an image over, and tells how much that was', async () => {
    const { ship, loaded, calls } = await prepared(modern);
    const { told, exit } = await (await ship(0)).ended;
    expect(exit.exitCode).toBe(0);
    expect(await listed(loaded)).toEqual([blob('a'), blob('b'), blob('c'), 'config.json', 'manifest.json']);
    const size = (await readFile(loaded)).length;
    expect(told.join('\n')).toMatch(new RegExp(`^${size} bytes`, 'm'));
    const words = (await readFile(calls, 'utf8')).split('\n');
    expect(words[words.indexOf('-S') + 1]).toBe('/run/mux');
    // Without the connection there is no other way, whatever this machine's ssh knows.
    expect(words).toContain('ProxyCommand=false');
  });

  it.each([
    ['of Docker 25 and later', modern, 2, [blob('c')]],
    [
      'of an older Docker',
      ['a', 'b', 'c'].map((letter) => [digest(letter), `${letter}${letter}/layer.tar`] as const),
      2,
      ['cc/layer.tar'],
    ],
    [
      'whose lowest layer comes once more',
      [...modern, [digest('a'), blob('a')] as const],
      2,
      [blob('a'), blob('c')],
    ],
    [
      'whose layers are compressed',
      ['a', 'b', 'c'].map((letter) => [digest(letter), blob(`${letter === 'a' ? 'f' : letter}`)] as const),
      2,
      [blob('c'), blob('f')],
    ],
    ['that is there but for its configuration', modern, 3, []],
  ])('leaves out the layers that are there, in an archive %s', async (_, layers, present, left) => {
    const { ship, loaded } = await prepared(layers);
    expect((await (await ship(present)).ended).exit.exitCode).toBe(0);
    expect(await listed(loaded)).toEqual([...left, 'config.json', 'manifest.json']);
  });

  it('ends with all it started when it is called off', async () => {
    const { ship, loaded } = await prepared(modern);
    const shipment = await ship(0, { ENDLESS: 'yes' });
    await sh('until [ -s "$1" ]; do sleep 0.1; done', loaded);
    shipment.endInput();
    expect((await shipment.ended).exit.exitCode).not.toBe(0);
    // Nobody writes on.
    const [size, later] = (await sh('stat -c %s "$1"; sleep 0.3; stat -c %s "$1"', loaded))
      .trim()
      .split('\n');
    expect(later).toBe(size);
  });

  it.each([
    ['there is no connection', {}, 'refused'],
    ['the image is not there', { IMAGE: 'sha256:2' }, undefined],
    ['the archive has no manifest', { ARCHIVE: '/dev/null' }, undefined],
  ])('fails when %s', async (_, variables, to) => {
    const { ship } = await prepared(modern);
    expect((await (await ship(1, variables, to)).ended).exit.exitCode).not.toBe(0);
  });
});
