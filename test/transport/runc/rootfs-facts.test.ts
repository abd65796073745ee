import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../engine/model/errors.ts';
import { rootfsFrom } from '../../../transport/runc/rootfs-facts.ts';

const PATH = '/containers/shop/rootfs';
const overlay = (options: string, mountOptions = 'rw,relatime'): string =>
  `45 27 0:39 / ${PATH} ${mountOptions} shared:12 - overlay overlay rw,${options}`;

describe('a root filesystem', () => {
  it('without a mount of its own is a directory', () => {
    expect(rootfsFrom(PATH, [])).toEqual({ kind: 'directory', path: PATH });
  });

  it('of another type is a directory', () => {
    const line = `45 27 8:1 / ${PATH} rw,relatime - ext4 /dev/sda1 rw`;
    expect(rootfsFrom(PATH, [line])).toEqual({ kind: 'directory', path: PATH });
  });

  it('has its layers, the topmost lower one first', () => {
    const line = overlay('lowerdir=/l/2:/l/1,upperdir=/c/upper,workdir=/c/work,redirect_dir=on,uuid=on');
    expect(rootfsFrom(PATH, [line])).toEqual({
      kind: 'overlay',
      path: PATH,
      lower: ['/l/2', '/l/1'],
      upper: '/c/upper',
      work: '/c/work',
      mountOptions: ['rw', 'redirect_dir=on', 'uuid=on'],
    });
  });

  it('keeps its mount options', () => {
    const line = overlay('lowerdir=/l,upperdir=/u,workdir=/w', 'rw,nosuid,nodev,relatime');
    expect(rootfsFrom(PATH, [line])).toMatchObject({ mountOptions: ['rw', 'nosuid', 'nodev'] });
  });

  it('may have spaces, colons, commas and backslashes in the paths of its layers', () => {
    // From kernel 6.18: overlay's escapes, escaped again by mountinfo.
    const line = overlay(
      String.raw`lowerdir=/l\134:o\134\134w:/with\040space,upperdir=/u\134\054p,workdir=/w\134\134k`,
    );
    expect(rootfsFrom(PATH, [line])).toMatchObject({
      lower: [String.raw`/l:o\w`, '/with space'],
      upper: '/u,p',
      work: String.raw`/w\k`,
    });
  });

  it('may have one option for each lower layer', () => {
    const line = overlay('lowerdir+=/l/2,lowerdir+=/l/a:b,upperdir=/u,workdir=/w');
    expect(rootfsFrom(PATH, [line])).toMatchObject({ lower: ['/l/2', '/l/a:b'], mountOptions: ['rw'] });
  });

  it('is the topmost of several mounts on one path', () => {
    const below = overlay('lowerdir=/old,upperdir=/old-u,workdir=/old-w');
    const top = overlay('lowerdir=/new,upperdir=/new-u,workdir=/new-w');
    expect(rootfsFrom(PATH, [below, top])).toMatchObject({ upper: '/new-u' });
  });

  it('without an upper directory is refused', () => {
    const refuse = (): unknown => rootfsFrom(PATH, [overlay('lowerdir=/l/2:/l/1')]);
    expect(refuse).toThrow(InvalidInput);
    expect(refuse).toThrow(PATH);
  });
});
