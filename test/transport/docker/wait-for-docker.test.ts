import { describe, expect, it } from 'vitest';
import { CommandFailed, HostUnreachable } from '../../../engine/model/errors.ts';
import type { DockerApi } from '../../../transport/docker/docker-api.ts';
import { waitForDocker } from '../../../transport/docker/wait-for-docker.ts';

const never = async (): Promise<never> => {
  throw new Error('not used in this test');
};

/** A Docker with these answers, one for each request. */
const docker = (...answers: readonly (Error | 'OK')[]): { api: DockerApi; requests: () => number } => {
  let requests = 0;
  const api: DockerApi = {
    get: async (path, schema) => {
      const answer = answers[Math.min(requests, answers.length - 1)];
      requests += 1;
      expect(path).toBe('/_ping');
      if (answer instanceof Error) throw answer;
      return schema.parse(answer);
    },
    find: never,
    send: never,
    create: never,
  };
  return { api, requests: () => requests };
};

const failure = (exitCode: number | undefined): CommandFailed =>
  new CommandFailed({ host: 'a', argv: ['docker'], exitCode, stderr: '' });

describe('waiting for a daemon that is being restarted', () => {
  it('ends as soon as Docker answers', async () => {
    const { api, requests } = docker(failure(undefined), failure(undefined), 'OK');
    await waitForDocker(api);
    expect(requests()).toBe(3);
  });

  it.each([
    ['a refusal', failure(404)],
    ['a host that is not there', new HostUnreachable('a', 'no route')],
  ])('does not wait for %s to change', async (_, answer) => {
    const { api, requests } = docker(answer);
    await waitForDocker(api);
    expect(requests()).toBe(1);
  });

  it('ends without an error when Docker does not come back', async () => {
    const { api, requests } = docker(failure(undefined));
    await waitForDocker(api, 2);
    expect(requests()).toBe(2);
  });
});
