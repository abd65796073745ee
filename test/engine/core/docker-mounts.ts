import fc from 'fast-check';
import type {
  DockerFacts,
  DockerMount,
  DockerPlace,
  DockerRequest,
  MountFate,
} from '../../../engine/model/docker.ts';
import { bytes } from '../../../engine/model/units.ts';
import { docker, dockerPlace } from '../../fakes/facts.ts';

const MIB = 1024 ** 2;

/** A local volume with content. */
export const volume = (changed: Partial<DockerMount> = {}): DockerMount => ({
  kind: 'volume',
  name: 'data',
  driver: 'local',
  source: `/var/lib/docker/volumes/${changed.name ?? 'data'}/_data`,
  destination: '/data',
  writable: true,
  reachableFromAll: false,
  size: bytes(120 * MIB),
  ...changed,
});

/** A bind mount with content. */
export const bind = (changed: Partial<DockerMount> = {}): DockerMount =>
  volume({ kind: 'bind', name: '/srv/data', driver: '', source: changed.name ?? '/srv/data', ...changed });

const anyMount: fc.Arbitrary<DockerMount> = fc
  .record({
    make: fc.constantFrom(
      (changed: Partial<DockerMount>) => volume({ ...changed, kind: 'other', name: '/tmp' }),
      ...['data', 'logs'].map((name) => (changed: Partial<DockerMount>) => volume({ ...changed, name })),
      ...['/srv', '/srv/data', '/etc', '/sys', '/run/docker.sock'].map(
        (name) => (changed: Partial<DockerMount>) => bind({ ...changed, name }),
      ),
    ),
    changed: fc.record({
      writable: fc.boolean(),
      reachableFromAll: fc.boolean(),
      size: fc.constantFrom(0, 4096, 5 * MIB).map(bytes),
    }),
  })
  .map(({ make, changed }) => make(changed));

const anyFate: fc.Arbitrary<MountFate> = fc.constantFrom('copy', 'shared', 'leave');

/** Any mounts, anything there, and anything said of them. */
export const anyMounts: fc.Arbitrary<{
  readonly docker: DockerFacts;
  readonly place: DockerPlace;
  readonly request: DockerRequest;
}> = fc
  .array(anyMount, { maxLength: 5 })
  .chain((mounts) => {
    const names = [...new Set(mounts.map(({ name }) => name))];
    return fc.record({
      mounts: fc.constant(mounts),
      states: fc.array(fc.constantFrom('absent', 'empty', 'has-content', 'driver-missing', undefined), {
        minLength: names.length,
        maxLength: names.length,
      }),
      fates: fc.array(fc.option(anyFate, { nil: undefined }), {
        minLength: names.length,
        maxLength: names.length,
      }),
      names: fc.constant(names),
      other: fc.record({
        createNetworks: fc.boolean(),
        tcp: fc.constantFrom('auto', 'keep', 'close'),
        removeSource: fc.boolean(),
      }),
      autoRemove: fc.boolean(),
    });
  })
  .map(({ mounts, names, states, fates, other, autoRemove }) => ({
    docker: docker({ mounts, autoRemove }),
    place: dockerPlace({
      mounts: names.flatMap((name, index) => {
        const state = states[index];
        return state === undefined ? [] : [{ name, state }];
      }),
    }),
    request: {
      ...other,
      mounts: names.flatMap((name, index) => {
        const fate = fates[index];
        return fate === undefined ? [] : [{ name, fate }];
      }),
    },
  }));
