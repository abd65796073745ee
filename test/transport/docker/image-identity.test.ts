import { describe, expect, it } from 'vitest';
import { identityOf, isSameImage } from '../../../transport/docker/image-identity.ts';
import type { ImageInspect } from '../../../transport/docker/inspect.ts';

const id = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** One image as a storage driver shows it, and as containerd's store shows it. */
const byDriver: ImageInspect = {
  Id: id('a'),
  RepoTags: ['shop:2'],
  RootFS: { Layers: [id('1'), id('2')] },
  Created: '2023-11-14T22:13:20Z',
  Architecture: 'amd64',
  Os: 'linux',
  Config: {
    Env: ['PATH=/bin'],
    Cmd: ['sh'],
    Labels: { b: '2', a: '1' },
    Volumes: null,
    User: '',
    Hostname: 'x',
  },
};
const byContainerd: ImageInspect = {
  ...byDriver,
  Id: id('b'),
  RepoTags: null,
  Variant: '',
  Created: '2023-11-14T22:13:20.000Z',
  Config: { Cmd: ['sh'], Env: ['PATH=/bin'], Labels: { a: '1', b: '2' } },
};

describe('the identity of an image', () => {
  it('is the same in both stores, which give it different ids', () => {
    expect(identityOf(byContainerd)).toBe(identityOf(byDriver));
    expect(isSameImage({ id: byDriver.Id, identity: identityOf(byDriver) }, byContainerd)).toBe(true);
  });

  it.each<[string, Partial<ImageInspect>]>([
    ['a layer', { RootFS: { Layers: [id('1'), id('3')] } }],
    ['what it runs', { Config: { ...byDriver.Config, Cmd: ['bash'] } }],
    ['its environment', { Config: { ...byDriver.Config, Env: ['PATH=/usr/bin'] } }],
    ['a label', { Config: { ...byDriver.Config, Labels: { a: '1' } } }],
    ['a volume', { Config: { ...byDriver.Config, Volumes: { '/data': {} } } }],
    ['the architecture', { Architecture: 'arm64' }],
    ['when it was made', { Created: '2023-11-14T22:13:21Z' }],
  ])('differs with another %s', (_, changed) => {
    const other = { ...byDriver, ...changed };
    expect(identityOf(other)).not.toBe(identityOf(byDriver));
    expect(isSameImage({ id: id('c'), identity: identityOf(byDriver) }, other)).toBe(false);
  });

  it('is the same for a missing creation time and the year 1', () => {
    expect(identityOf({ ...byDriver, Created: '0001-01-01T00:00:00Z' })).toBe(
      identityOf({ ...byDriver, Created: undefined }),
    );
  });
});
