import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFailed } from '../../../engine/model/errors.ts';
import { dockerApi } from '../../../transport/docker/docker-api.ts';
import {
  type MadeObject,
  noteMadeObject,
  removeMadeObjects,
} from '../../../transport/docker/made-objects.ts';
import { type Answers, type FakeDocker, fakeDocker } from '../../fakes/fake-docker.ts';

describe('an object that was made', () => {
  let directory: string;
  let docker: FakeDocker;

  beforeEach(async () => {
    directory = await mkdtemp(`${tmpdir()}/made-`);
  });
  afterEach(async () => {
    await docker.close();
    await rm(directory, { recursive: true });
  });

  const made = async (answers: Answers, ...all: readonly MadeObject[]): Promise<() => Promise<void>> => {
    docker = await fakeDocker(answers);
    for (const each of all) await noteMadeObject(docker.host, directory, each);
    return () => removeMadeObjects(docker.host, dockerApi(docker.host), directory);
  };

  it('is removed after those made later, by force where needed', async () => {
    await mkdir(`${directory}/srv/shop`, { recursive: true });
    await writeFile(`${directory}/srv/shop/file`, '');
    const remove = await made(
      {
        'DELETE /containers/abc?force=true': { status: 204 },
        'DELETE /volumes/data': { status: 204 },
        'DELETE /networks/app': { status: 204 },
        'DELETE /images/nginx:1.27': { body: [] },
      },
      { kind: 'image', name: 'nginx:1.27' },
      { kind: 'network', name: 'app' },
      { kind: 'volume', name: 'data' },
      { kind: 'directory', name: `${directory}/srv` },
      { kind: 'container', name: 'abc' },
    );
    await remove();
    expect(docker.changes()).toEqual([
      'DELETE /containers/abc?force=true',
      'DELETE /volumes/data',
      'DELETE /networks/app',
      'DELETE /images/nginx:1.27',
    ]);
    await expect(stat(`${directory}/srv`)).rejects.toThrow('ENOENT');
  });

  it('may be gone, or may never have been made', async () => {
    const remove = await made(
      {},
      { kind: 'image', name: 'sha256:1' },
      { kind: 'directory', name: `${directory}/none` },
      { kind: 'container', name: 'abc' },
    );
    await remove();
    await remove();
    expect(docker.changes()).toHaveLength(4);
  });

  it('is refused where a line is not JSON', async () => {
    const remove = await made({});
    await writeFile(`${directory}/made-docker`, '{"kind":\n');
    await expect(remove()).rejects.toThrow(
      'the note made-docker on b has a line that precopy does not write',
    );
  });

  it('is none where no note exists', async () => {
    const remove = await made({});
    await remove();
    expect(docker.calls).toEqual([]);
  });

  it('may have any name', async () => {
    const name = 'a b\'c"/../ü';
    const remove = await made({}, { kind: 'volume', name });
    expect(await readFile(`${directory}/made-docker`, 'utf8')).toBe(
      `${JSON.stringify({ kind: 'volume', name })}\n`,
    );
    await remove();
    expect(docker.changes()).toEqual([`DELETE /volumes/${name}`]);
  });

  it('is not noted by a line that was cut short', async () => {
    const remove = await made({}, { kind: 'volume', name: 'data' });
    await writeFile(`${directory}/made-docker`, '{"kind":"container","na', { flag: 'a' });
    await remove();
    expect(docker.changes()).toEqual(['DELETE /volumes/data']);
  });

  it('stays when it is an image that another container uses by now', async () => {
    const refusal = { status: 409, body: { message: 'image is being used by running container' } };
    const remove = await made({ 'DELETE /images/sha256:1': refusal }, { kind: 'image', name: 'sha256:1' });
    await remove();
  });

  it('is removed although another one cannot be', async () => {
    const remove = await made(
      { 'DELETE /networks/app': { status: 403, body: { message: 'app has active endpoints' } } },
      { kind: 'volume', name: 'data' },
      { kind: 'network', name: 'app' },
    );
    const error = await remove().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(CommandFailed);
    expect(String(error)).toContain('active endpoints');
    expect(docker.changes()).toEqual(['DELETE /networks/app', 'DELETE /volumes/data']);
  });
});
