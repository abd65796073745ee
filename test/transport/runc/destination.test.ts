import { describe, expect, it } from 'vitest';
import type { ContainerFacts, PlaceFacts, Rootfs } from '../../../engine/model/facts.ts';
import type { CommandOutput } from '../../../engine/ports/host.ts';
import { outputLogPath, runcDestination } from '../../../transport/runc/destination.ts';
import { container } from '../../fakes/facts.ts';
import { type FakeHost, fakeHost } from '../../fakes/fake-host.ts';
import { rememberedProofs } from '../../fakes/remembered-proofs.ts';
import { planFor } from '../plan.ts';

const overlay: Rootfs = {
  kind: 'overlay',
  path: '/containers/shop/rootfs',
  lower: ['/layers/a', '/layers/b:2'],
  upper: '/layers/shop/up,per',
  work: '/layers/shop/work',
  mountOptions: ['rw', 'redirect_dir=on'],
};
const plain: Rootfs = { kind: 'directory', path: '/containers/shop/rootfs' };

const destinationOn = (
  host: FakeHost,
  source: FakeHost = fakeHost('a'),
): ReturnType<typeof runcDestination> =>
  runcDestination(host, {
    runcRoot: '/run/runc',
    imagesDirectory: '/run/precopy',
    proven: rememberedProofs(),
    source,
  });

describe('preparing the destination', () => {
  it('writes the hold script, executable, and the configuration that names it', async () => {
    const host = fakeHost('b');
    await destinationOn(host).prepare(planFor(plain));
    expect(host.files.get('/run/precopy/shop/destination-hold.sh')?.mode).toBe(0o700);
    const config = host.files.get('/run/precopy/shop/restore.conf')?.content;
    expect(Buffer.from(config ?? '').toString()).toContain(
      'action-script /run/precopy/shop/destination-hold.sh\n',
    );
    expect(host.files.has('/run/precopy/shop/mount')).toBe(false);
  });

  it('writes the options of an overlay mount, with special characters escaped', async () => {
    const host = fakeHost('b');
    await destinationOn(host).prepare(planFor(overlay));
    const mount = host.files.get('/run/precopy/shop/mount')?.content;
    expect(Buffer.from(mount ?? '').toString()).toBe(
      '/containers/shop/rootfs\n' +
        String.raw`rw,redirect_dir=on,lowerdir=/layers/a:/layers/b\:2,upperdir=/layers/shop/up\,per,workdir=/layers/shop/work` +
        '\n',
    );
  });
});

describe('the log of output without a reader', () => {
  it('is in the bundle when a descriptor was a pipe', () => {
    const stdio = [{ kind: 'null' }, { kind: 'null' }, { kind: 'pipe' }] as const;
    expect(outputLogPath(planFor(plain, { container: container({ stdio }) }))).toBe(
      '/containers/shop/output.log',
    );
  });

  it('does not exist when none was', () => {
    expect(outputLogPath(planFor(plain))).toBe('');
  });
});

describe('what the destination has for a container', () => {
  const facts: ContainerFacts = container({
    bindMounts: [{ source: '/srv/data', destination: '/data' }],
    joinedNamespaces: [{ type: 'network', path: '/run/netns/shop' }],
    rootfs: { ...overlay, lower: ['/layers/a', '/layers/b'] },
  });

  interface Found {
    readonly missing: readonly string[];
    readonly marker?: string;
    readonly state?: Partial<CommandOutput>;
  }

  /** The destination's answer to each program. */
  const answers = ({ missing, marker, state }: Found): Readonly<Record<string, Partial<CommandOutput>>> => ({
    runc: state ?? { exitCode: 1, stderr: 'container does not exist' },
    cat: marker === undefined ? { exitCode: 1 } : { stdout: marker },
    sh: { stdout: missing.map((path) => `${path}\0`).join('') },
  });

  /** The lower directory /layers/b differs where it exists. */
  const placeWith = (found: Found): Promise<PlaceFacts> => {
    const host = fakeHost('b', ({ argv: [program, , script = '', , path] }) => {
      if (script.includes('sha256sum')) return { stdout: path === '/layers/b' ? 'other' : 'same' };
      return answers(found)[program];
    });
    const source = fakeHost('a', () => ({ stdout: 'same' }));
    return destinationOn(host, source).place(facts);
  };
  const ownPaths = ['/containers/shop', '/containers/shop/rootfs', overlay.upper, overlay.work];

  it('is nothing where no path of the container exists', async () => {
    expect(await placeWith({ missing: [...ownPaths, '/layers/a', '/layers/b'] })).toMatchObject({
      idTaken: false,
      bundle: 'absent',
      missingLower: ['/layers/a', '/layers/b'],
      differentLower: [],
      missingPaths: [],
    });
  });

  it('is foreign where a path exists without a marker', async () => {
    expect(await placeWith({ missing: ownPaths.slice(1) })).toMatchObject({ bundle: 'foreign' });
    expect(await placeWith({ missing: ownPaths.slice(0, -1) })).toMatchObject({ bundle: 'foreign' });
  });

  it('is left behind where the bundle has the marker of this container', async () => {
    expect(await placeWith({ missing: [], marker: '{"container":"shop"}' })).toMatchObject({
      bundle: 'left-behind',
    });
    expect(await placeWith({ missing: [], marker: '{"container":"shop2"}' })).toMatchObject({
      bundle: 'foreign',
    });
  });

  it('includes lower directories that differ, and missing paths', async () => {
    expect(await placeWith({ missing: [...ownPaths, '/srv/data', '/run/netns/shop'] })).toMatchObject({
      differentLower: ['/layers/b'],
      missingPaths: ['/srv/data', '/run/netns/shop'],
    });
  });

  it('includes an id that runc has already', async () => {
    const known = {
      stdout: JSON.stringify({ id: 'shop', pid: 1, status: 'stopped', bundle: '/x', rootfs: '/x/rootfs' }),
      exitCode: 0,
    };
    expect(await placeWith({ missing: ownPaths, state: known })).toMatchObject({ idTaken: true });
  });
});

describe('cleaning up the destination', () => {
  const argvOf = ({ commands }: FakeHost): readonly string[] =>
    commands.map(({ argv }) => (argv[0] === 'bash' ? argv.slice(3).join(' ') : argv.join(' ')));

  it.each([
    ['an overlay, unmounted first', overlay, ' /containers/shop/rootfs'],
    ['a plain root filesystem', plain, ''],
  ])('before the commit removes what was made for %s', async (_, rootfs, mounted) => {
    const host = fakeHost('b');
    await destinationOn(host).discard(planFor(rootfs));
    expect(argvOf(host)).toEqual([
      'precopy-migration-facts /run/precopy/shop',
      expect.stringMatching(/precopy-forget-container \/run\/runc shop$/),
      `precopy-discard-destination /run/precopy/shop${mounted}`,
      `precopy-remove-directory /run/precopy/shop ${planFor(overlay).migration}`,
    ]);
  });

  it('after the commit keeps the container, and removes the departure marker', async () => {
    const host = fakeHost('b');
    await destinationOn(host).release(planFor(overlay));
    expect(argvOf(host)).toEqual([
      'rm -f -- /containers/shop/.precopy-moved.json',
      `precopy-remove-directory /run/precopy/shop ${planFor(overlay).migration}`,
    ]);
  });
});
