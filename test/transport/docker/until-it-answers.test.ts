import { describe, expect, it } from 'vitest';
import { CommandFailed, HostUnreachable } from '../../../engine/model/errors.ts';
import type { DockerApi } from '../../../transport/docker/docker-api.ts';
import { untilDockerAnswers } from '../../../transport/docker/until-it-answers.ts';

const never = async (): Promise<never> => {
  throw new Error('nobody asks for this');
};

/** A Docker that answers as told, one request after the other. */
const docker = (...answers: readonly (Error | 'OK')[]): { api: DockerApi; asked: () => number } => {
  let asked = 0;
  const api: DockerApi = {
    get: async (path, schema) => {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      expect(path).toBe('/_ping');
      if (answer instanceof Error) throw answer;
      return schema.parse(answer);
    },
    find: never,
    send: never,
    create: never,
  };
  return { api, asked: () => asked };
};

const failure = (exitCode: number | undefined): CommandFailed =>
  new CommandFailed({ host: 'a', argv: ['docker'], exitCode, stderr: '' });

describe('waiting for a daemon that is being restarted', () => {
  it('goes on as soon as it answers', async () => {
    const { api, asked } = docker(failure(undefined), failure(undefined), 'OK');
    await untilDockerAnswers(api);
    expect(asked()).toBe(3);
  });

  it.each([
    ['a refusal', failure(404)],
    ['a host that is not there', new HostUnreachable('a', 'no route')],
  ])('does not wait for %s to change', async (_, answer) => {
    const { api, asked } = docker(answer);
    await untilDockerAnswers(api);
    expect(asked()).toBe(1);
  });

  it('leaves it to others to say that Docker does not come back', async () => {
    const { api, asked } = docker(failure(undefined));
    await untilDockerAnswers(api, 2);
    expect(asked()).toBe(2);
  });
});
