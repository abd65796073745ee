import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  type DockerOptions,
  dockerRequestFrom,
  withDockerOptions,
} from '../../../cli/options/docker-options.ts';
import { defaultDockerRequest } from '../../../engine/core/docker/default-request.ts';

const options = (...words: readonly string[]): DockerOptions =>
  withDockerOptions(new Command('migrate'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parse([...words], { from: 'user' })
    .opts();

const refusal = (...words: readonly string[]): string => {
  try {
    options(...words);
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
  throw new Error(`${words.join(' ')} was accepted`);
};

describe('the options for Docker', () => {
  it('change nothing by default', () => {
    expect(dockerRequestFrom(options())).toEqual(defaultDockerRequest);
  });

  it('are what the user gave', () => {
    const words = ['--volume=data=copy', '--volume', '/srv/a=b=leave', '--volume=nfs=shared'];
    const said = options(...words, '--create-networks', '--tcp=close', '--remove-source');
    expect(dockerRequestFrom(said)).toEqual({
      mounts: [
        { name: 'data', fate: 'copy' },
        { name: '/srv/a=b', fate: 'leave' },
        { name: 'nfs', fate: 'shared' },
      ],
      createNetworks: true,
      tcp: 'close',
      removeSource: true,
    });
  });

  it('keep no volume of one command for the next', () => {
    options('--volume=data=copy');
    expect(options().volume).toBeUndefined();
  });

  it('accept a path with a slash at its end, and the same option twice', () => {
    expect(options('--volume=/srv/data/=copy', '--volume=/srv/data=copy').volume).toEqual([
      { name: '/srv/data', fate: 'copy' },
    ]);
    expect(options('--volume=/=leave').volume).toEqual([{ name: '/', fate: 'leave' }]);
    expect(options('--volume=/srv/..a/.b=copy').volume).toEqual([{ name: '/srv/..a/.b', fate: 'copy' }]);
  });

  it.each([
    'data',
    'data=',
    '=copy',
    'data=move',
    'data=COPY',
    'a b=copy',
    './data=copy',
    '-data=copy',
    '/srv/../etc=copy',
    '/srv/..=copy',
    '/srv/./a=copy',
    '/srv//a=copy',
    '/srv\n/a=copy',
    '',
  ])('refuse --volume %j with the allowed form', (word) => {
    expect(refusal(`--volume=${word}`)).toMatch(/NAME=shared, NAME=copy or NAME=leave.*bind mount/);
  });

  it('refuse two fates for one volume', () => {
    expect(refusal('--volume=data=copy', '--volume=data=leave')).toMatch(/'copy'; give only one fate/);
  });

  it('refuse another value for --tcp, and list the values', () => {
    expect(refusal('--tcp=drop')).toMatch(/auto, keep, close/);
  });
});
