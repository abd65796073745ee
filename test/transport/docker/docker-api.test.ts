import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CommandFailed, InvalidInput } from '../../../engine/model/errors.ts';
import { dockerApi } from '../../../transport/docker/docker-api.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { type Answers, type FakeDocker, fakeDocker } from '../../fakes/fake-docker.ts';

let docker: FakeDocker;
const open = async (answers: Answers): Promise<ReturnType<typeof dockerApi>> => {
  docker = await fakeDocker(answers);
  return dockerApi(docker.host);
};

const Named = z.object({ Name: z.string() });

describe('the API of Docker', () => {
  afterEach(() => docker.close());

  it('returns the fields of the schema only', async () => {
    const api = await open({ 'GET /volumes/data': { body: { Name: 'data', Other: 1 } } });
    expect(await api.get('/volumes/data', Named)).toEqual({ Name: 'data' });
  });

  it('returns undefined where Docker answers 404', async () => {
    const api = await open({});
    expect(await api.find('/volumes/data', Named)).toBeUndefined();
    await expect(api.get('/volumes/data', Named)).rejects.toMatchObject({ exitCode: 404 });
  });

  it.each([
    ['1.41', '1.12', '1.41'],
    ['1.47', '1.24', '1.47'],
    ['1.52', '1.44', '1.47'],
    ['1.60', '1.50', '1.50'],
    ['2.0', '1.44', '1.47'],
  ])(
    'uses a version that both support (Docker %s, from %s on)',
    async (ApiVersion, MinAPIVersion, spoken) => {
      const api = await open({ 'GET /version': { body: { ApiVersion, MinAPIVersion } } });
      await api.find('/info', Named);
      await api.find('/info', Named);
      expect(docker.calls.map(({ path, version }) => [path, version])).toEqual([
        ['/version', undefined],
        ['/info', spoken],
        ['/info', spoken],
      ]);
    },
  );

  it('sends the given body', async () => {
    const api = await open({ 'POST /volumes/create': ({ body }) => ({ status: 201, body }) });
    expect(await api.create('/volumes/create', { Name: 'ü', Labels: {} }, Named)).toEqual({ Name: 'ü' });
    expect(docker.calls.at(-1)).toMatchObject({ body: { Name: 'ü', Labels: {} } });
  });

  it.each([204, 304])('accepts status %i', async (status) => {
    const api = await open({ 'POST /containers/x/rename': { status } });
    await api.send('POST', '/containers/x/rename');
  });

  it("rejects with Docker's message", async () => {
    const body = { message: 'network app has active endpoints' };
    const api = await open({ 'DELETE /networks/app': { status: 403, body } });
    const error = await api.send('DELETE', '/networks/app').catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(CommandFailed);
    expect(error).toMatchObject({ host: 'b', exitCode: 403 });
    expect(String(error)).toContain('docker on b refused DELETE');
    expect(String(error)).toContain('network app has active endpoints');
  });

  it.each([
    ['something else', { body: { name: 1 } }],
    ['no JSON', { body: '<html>' }],
  ])('refuses an answer that is %s', async (_, reply) => {
    const api = await open({ 'GET /info': reply });
    await expect(api.get('/info', Named)).rejects.toBeInstanceOf(InvalidInput);
  });

  it('fails when the connection is cut during an answer, and works afterwards', async () => {
    const whole = { body: { Name: 'b' } };
    const api = await open({ 'GET /info': [{ ...whole, cut: true }, whole] });
    await expect(api.get('/info', Named)).rejects.toMatchObject({ exitCode: undefined });
    expect(await api.get('/info', Named)).toEqual({ Name: 'b' });
  });

  it('asks for the version again after a failure', async () => {
    const version = { body: { ApiVersion: '1.45' } };
    const api = await open({ 'GET /version': [{ ...version, cut: true }, version] });
    await expect(api.find('/info', Named)).rejects.toBeInstanceOf(CommandFailed);
    expect(await api.find('/info', Named)).toBeUndefined();
  });

  it('fails without a status where no Docker listens', async () => {
    docker = await fakeDocker({});
    const host = localHost();
    const silent = dockerApi({ ...host, dial: () => host.dial('/nowhere/docker.sock') });
    const error = await silent.get('/info', Named).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(CommandFailed);
    expect(error).toMatchObject({ argv: ['connect', '/nowhere/docker.sock'], exitCode: undefined });
  });
});
