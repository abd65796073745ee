import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDockerRequest } from '../../../../engine/core/docker/default-request.ts';
import { planDocker } from '../../../../engine/core/docker/plan.ts';
import { assess } from '../../../../engine/core/preflight.ts';
import type { DockerFacts, DockerPlace, DockerPlan, DockerRequest } from '../../../../engine/model/docker.ts';
import { container, docker, dockerPlace, host, pagesAsked, place } from '../../../fakes/facts.ts';
import { anyMounts, bind, volume } from '../docker-mounts.ts';

const planned = (
  facts: Partial<DockerFacts>,
  there: Partial<DockerPlace> = {},
  request: Partial<DockerRequest> = {},
): DockerPlan | undefined =>
  planDocker(container({ docker: docker(facts) }), place({ docker: dockerPlace(there) }), {
    ...defaultDockerRequest,
    ...request,
  });

const [app] = docker().networks;

describe('the plan for a Docker container', () => {
  it('is none for any other', () => {
    expect(planDocker(container(), place(), defaultDockerRequest)).toBeUndefined();
  });

  it('sends the image where it is absent', () => {
    expect(planned({}, { image: 'absent', layersPresent: 2 })).toMatchObject({
      shipImage: true,
      layersPresent: 2,
    });
    expect(planned({})).toMatchObject({ shipImage: false });
  });

  it('makes networks only when told to, and only those it can make', () => {
    const absent = { networks: [{ name: 'app', state: 'absent', detail: '' }] } as const;
    const overlay = app === undefined ? [] : [{ ...app, driver: 'overlay' }];
    expect(planned({}, absent)?.createNetworks).toEqual([]);
    expect(planned({}, absent, { createNetworks: true })?.createNetworks).toEqual(['app']);
    expect(planned({}, {}, { createNetworks: true })?.createNetworks).toEqual([]);
    expect(planned({ networks: overlay }, absent, { createNetworks: true })?.createNetworks).toEqual([]);
  });

  it.each([
    ['volume', 'absent', false, 'copy'],
    ['volume', 'empty', false, 'copy'],
    ['volume', 'has-content', false, 'leave'],
    ['volume', 'has-content', true, 'shared'],
    ['bind', 'absent', false, 'copy'],
    ['bind', 'has-content', false, 'leave'],
    ['bind', 'has-content', true, 'shared'],
  ] as const)(
    'gives a %s that is %s there (reached from all: %s) the fate %s',
    (kind, state, reachableFromAll, fate) => {
      const mount = kind === 'volume' ? volume({ reachableFromAll }) : bind({ reachableFromAll });
      const there = { mounts: [{ name: mount.name, state }] };
      expect(planned({ mounts: [mount] }, there)?.mounts).toEqual([{ name: mount.name, fate }]);
    },
  );

  it.each([
    ['bridge', true, 'auto', 'close'],
    ['bridge', true, 'keep', 'keep'],
    ['overlay', true, 'auto', 'keep'],
    ['macvlan', true, 'auto', 'keep'],
    ['ipvlan', true, 'close', 'close'],
    ['overlay', false, 'auto', 'close'],
  ] as const)(
    'on %s (fixed address: %s) %s means %s for connections',
    (driver, addressFixed, tcp, expected) => {
      const networks = app === undefined ? [] : [{ ...app, driver, addressFixed }];
      expect(planned({ networks }, {}, { tcp })?.tcp).toBe(expected);
    },
  );

  it.each([
    ['host', 'close'],
    ['another-container', 'close'],
    ['none', 'keep'],
  ] as const)('with the network of %s, connections: %s', (networking, expected) => {
    expect(planned({ networking, networks: [] })?.tcp).toBe(expected);
  });
});

/** What a plan would do, and what is said of it before. */
const considered = (facts: { docker: DockerFacts; place: DockerPlace; request: DockerRequest }) => {
  const there = place({ docker: facts.place });
  const here = container({ runtime: 'docker', docker: facts.docker });
  const findings = assess(
    { source: host('blue'), destination: host('green'), container: here, place: there },
    facts.request,
    pagesAsked,
  );
  return { findings, mounts: planDocker(here, there, facts.request)?.mounts ?? [] };
};

describe('whatever is mounted, there and asked for', () => {
  it('leaves nothing behind that the container may have written without saying so', () => {
    fc.assert(
      fc.property(anyMounts, (facts) => {
        const { findings, mounts } = considered(facts);
        const fates = new Map(mounts.map(({ name, fate }) => [name, fate]));
        const left = facts.docker.mounts.filter(
          ({ kind, name, writable, size, reachableFromAll }) =>
            kind !== 'other' && writable && size > 0 && !reachableFromAll && fates.get(name) !== 'copy',
        );
        for (const { name } of left) {
          const told = findings.filter(({ message }) => message.includes(` ${name} `));
          expect(told.some(({ severity }) => severity !== 'note')).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('copies over content only on the very word of the user, and never over a host', () => {
    fc.assert(
      fc.property(anyMounts, (facts) => {
        const { findings, mounts } = considered(facts);
        for (const { name } of mounts.filter(({ fate }) => fate === 'copy')) {
          const state = facts.place.mounts.find((mount) => mount.name === name)?.state ?? 'has-content';
          const asked = facts.request.mounts.some((choice) => choice.name === name && choice.fate === 'copy');
          expect(state !== 'has-content' || asked).toBe(true);
          expect(['/etc', '/sys', '/run/docker.sock']).not.toContain(name);
          if (state === 'has-content') {
            expect(
              findings.some(({ code, message }) => code === 'volume-replaced' && message.includes(name)),
            ).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('gives each mount one fate, and none to what lies on no disk', () => {
    fc.assert(
      fc.property(anyMounts, (facts) => {
        const names = considered(facts).mounts.map(({ name }) => name);
        const mounted = facts.docker.mounts.filter(({ kind }) => kind !== 'other').map(({ name }) => name);
        expect(names).toEqual([...new Set(mounted)]);
      }),
    );
  });
});
