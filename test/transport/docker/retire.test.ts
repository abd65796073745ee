import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DockerPlan } from '../../../engine/model/docker.ts';
import type { Plan } from '../../../engine/model/plan.ts';
import { dockerApi } from '../../../transport/docker/docker-api.ts';
import {
  applyRestartPolicy,
  putBackRestartPolicy,
  stopRestarting,
} from '../../../transport/docker/restart-policy.ts';
import { retire } from '../../../transport/docker/retire.ts';
import { container, docker as facts } from '../../fakes/facts.ts';
import { type Answers, type FakeDocker, fakeDocker } from '../../fakes/fake-docker.ts';
import { planFor } from '../plan.ts';
import { ID, inspected } from './inspected.ts';

const dockerPlan: DockerPlan = {
  shipImage: false,
  layersPresent: 0,
  createNetworks: [],
  mounts: [],
  tcp: 'close',
  attach: 'restore',
  runcRoot: '/run/docker/runtime-runc/moby',
  removeSource: false,
};
const planOf = (changed: Partial<Plan> = {}): Plan =>
  planFor(container().rootfs, {
    container: container({ id: ID, docker: facts({ name: 'shop' }) }),
    docker: dockerPlan,
    to: 'root@b:22',
    ...changed,
  });
const withState = (Status: string, Name = '/shop'): { body: unknown } => ({
  body: inspected({ rest: { Name, State: { Status, Pid: 0 } } }),
});

let docker: FakeDocker;
const open = async (answers: Answers): Promise<ReturnType<typeof dockerApi>> => {
  docker = await fakeDocker(answers);
  return dockerApi(docker.host);
};
afterEach(() => docker.close());

describe('a container that was migrated', () => {
  const name = 'shop-moved-to-root-b-22';
  const rename = (to: string): string => `POST /containers/${ID}/rename?name=${to}`;
  const inspect = `GET /containers/${ID}/json`;

  it('is kept under a name that says so, once Docker shows its end', async () => {
    const api = await open({
      [inspect]: [withState('running'), withState('exited')],
      [rename(name)]: { status: 204 },
    });
    await retire(api, planOf());
    expect(docker.changes()).toEqual([rename(name)]);
  });

  it('gets a longer name where that one is in use', async () => {
    const api = await open({
      [inspect]: withState('exited'),
      [rename(name)]: { status: 409, body: { message: 'the name is in use' } },
      [rename(`${name}-ab12cd`)]: { status: 204 },
    });
    await retire(api, planOf());
    expect(docker.changes().at(-1)).toBe(rename(`${name}-ab12cd`));
  });

  it('is not renamed twice', async () => {
    await retire(await open({ [inspect]: withState('exited', `/${name}`) }), planOf());
    expect(docker.changes()).toEqual([]);
  });

  it('is removed on request, without its volumes', async () => {
    const api = await open({ [inspect]: withState('exited'), [`DELETE /containers/${ID}`]: { status: 204 } });
    await retire(api, planOf({ docker: { ...dockerPlan, removeSource: true } }));
    expect(docker.changes()).toEqual([`DELETE /containers/${ID}`]);
  });

  it('may have been removed by Docker', async () => {
    await retire(await open({}), planOf());
    expect(docker.changes()).toEqual([]);
  });
});

describe('the restart policy', () => {
  const update = `POST /containers/${ID}/update`;
  const always = { Name: 'always', MaximumRetryCount: 0 };
  const answers = (policy: object): Answers => ({
    [`GET /containers/${ID}/json`]: { body: inspected({ host: { RestartPolicy: policy } }) },
    [update]: { body: { Warnings: null } },
  });
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(`${tmpdir()}/policy-`);
  });
  afterEach(() => rm(directory, { recursive: true }));

  const policies = (): readonly unknown[] =>
    docker.calls.filter(({ method }) => method === 'POST').map(({ body }) => body);

  it('is noted, disabled and put back', async () => {
    const api = await open(answers(always));
    const plan = planOf({ sourceDirectory: directory });
    await stopRestarting(docker.host, api, plan);
    expect(JSON.parse(await readFile(`${directory}/restart-policy.json`, 'utf8'))).toEqual(always);
    await putBackRestartPolicy(docker.host, api, plan);
    expect(policies()).toEqual([
      { RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } },
      { RestartPolicy: always },
    ]);
  });

  it('is put back from the plan where a reboot removed the note', async () => {
    const api = await open(answers({ Name: 'no', MaximumRetryCount: 0 }));
    const lost = planOf({ sourceDirectory: `${directory}/gone` });
    await putBackRestartPolicy(docker.host, api, lost);
    expect(policies()).toEqual([{ RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } }]);
  });

  it('is refused where the note is not JSON', async () => {
    const api = await open({});
    await writeFile(`${directory}/restart-policy.json`, '{"Name":');
    const plan = planOf({ sourceDirectory: directory });
    await expect(putBackRestartPolicy(docker.host, api, plan)).rejects.toThrow(
      `${directory}/restart-policy.json on b is not JSON`,
    );
  });

  it.each(['no', ''])('is not changed where it is %j', async (Name) => {
    const api = await open(answers({ Name, MaximumRetryCount: 0 }));
    const plan = planOf({ sourceDirectory: directory });
    await stopRestarting(docker.host, api, plan);
    await putBackRestartPolicy(docker.host, api, plan);
    await applyRestartPolicy(api, ID, { Name, MaximumRetryCount: 0 });
    expect(docker.changes()).toEqual([]);
  });

  it('is applied to the container on the destination', async () => {
    const api = await open(answers(always));
    await applyRestartPolicy(api, ID, { Name: 'on-failure', MaximumRetryCount: 3 });
    expect(policies()).toEqual([{ RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } }]);
  });
});
