import { describe, expect, it } from 'vitest';
import type { DockerPlan } from '../../../engine/model/docker.ts';
import { checkpointArgv, criuConfig, restoreArgv } from '../../../transport/runc/checkpoint.ts';
import { planFor } from '../plan.ts';

const common = {
  runcRoot: '/run/runc',
  id: 'shop',
  directory: '/run/precopy/shop',
  endpoint: { address: '192.0.2.2', port: 27_700 },
  systemdCgroup: false,
  keepTcp: false,
  skipInFlightFlag: false,
};

const plan = planFor({ kind: 'directory', path: '/containers/shop/rootfs' });

describe('a checkpoint', () => {
  it('of round 0 is a pre-dump without parent', () => {
    expect(checkpointArgv({ ...common, images: 0, parent: undefined }).join(' ')).toBe(
      'runc --root /run/runc checkpoint --pre-dump --image-path /run/precopy/shop/images/0' +
        ' --work-path /run/precopy/shop/work/0 --page-server 192.0.2.2:27700 shop',
    );
  });

  it('of a later round names its parent relative to its own images, as runc demands', () => {
    expect(checkpointArgv({ ...common, images: 3, parent: 2 })).toEqual(
      expect.arrayContaining(['--pre-dump', '--parent-path', '../2']),
    );
  });

  it('for the final dump is not a pre-dump', () => {
    const argv = checkpointArgv({ ...common, images: 'final', parent: 4 });
    expect(argv).not.toContain('--pre-dump');
    expect(argv).toEqual(expect.arrayContaining(['--parent-path', '../4', '/run/precopy/shop/images/final']));
  });

  it('goes to an IPv6 address in brackets', () => {
    const endpoint = { address: '2001:db8::2', port: 27_701 };
    expect(checkpointArgv({ ...common, endpoint, images: 0, parent: undefined })).toContain(
      '[2001:db8::2]:27701',
    );
  });
  it("of a container in systemd's cgroups has runc's option for it", () => {
    const argv = checkpointArgv({ ...common, systemdCgroup: true, images: 0, parent: undefined });
    expect(argv.slice(0, 5)).toEqual(['runc', '--root', '/run/runc', '--systemd-cgroup', 'checkpoint']);
  });

  it('skips half-open connections in the final dump only, by a flag if runc has one', () => {
    const known = { ...common, skipInFlightFlag: true };
    expect(checkpointArgv({ ...known, images: 'final', parent: 0 })).toContain('--tcp-skip-in-flight');
    expect(checkpointArgv({ ...known, images: 1, parent: 0 })).not.toContain('--tcp-skip-in-flight');
    expect(checkpointArgv({ ...common, images: 'final', parent: 0 })).not.toContain('--tcp-skip-in-flight');
  });

  it('includes established connections where they can continue', () => {
    const argv = checkpointArgv({ ...common, keepTcp: true, images: 'final', parent: 0 });
    expect(argv).toContain('--tcp-established');
  });
});

it('a restore uses the final images, and the file locks of the dump', () => {
  const bundle = '/containers/shop';
  expect(restoreArgv({ ...common, bundle }).join(' ')).toBe(
    'runc --root /run/runc restore --detach --file-locks --image-path /run/precopy/shop/images/final' +
      ' --work-path /run/precopy/shop/work/restore --bundle /containers/shop shop',
  );
});

it("criu's configuration names the hold script, one option a line", () => {
  const lines = criuConfig(plan, '/run/precopy/shop/source-hold.sh').split('\n');
  expect(lines).toContain('action-script /run/precopy/shop/source-hold.sh');
  // criu loses an optional argument after a space.
  expect(lines).toContain('verbosity=2');
  expect(lines.at(-1)).toBe('');
});

it('connections are closed, unless the plan keeps them', () => {
  const docker: DockerPlan = {
    shipImage: false,
    layersPresent: 0,
    createNetworks: [],
    mounts: [],
    tcp: 'keep',
    attach: 'restore',
    runcRoot: '/run/docker/runtime-runc/moby',
    removeSource: false,
  };
  expect(criuConfig(plan, '/hold.sh')).toContain('tcp-close');
  expect(criuConfig({ ...plan, docker }, '/hold.sh')).not.toContain('tcp-close');
});
