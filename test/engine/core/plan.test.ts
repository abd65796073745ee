import { describe, expect, it } from 'vitest';
import { defaultDockerRequest } from '../../../engine/core/docker/default-request.ts';
import { defaultPageRequest } from '../../../engine/core/pages/default-request.ts';
import { makePlan } from '../../../engine/core/plan.ts';
import { container, host, place } from '../../fakes/facts.ts';
import { policy } from './rounds.ts';

const plan = makePlan({
  migration: 'm1',
  request: {
    container: 'shop',
    from: 'here',
    to: 'there',
    policy,
    pages: defaultPageRequest,
    docker: defaultDockerRequest,
  },
  address: '10.0.0.2',
  source: host('blue', { imagesDirectory: '/run/precopy' }),
  destination: host('green', { imagesDirectory: '/mnt/images' }),
  container: container(),
  place: place({ missingLower: ['/layers/base'] }),
  findings: [],
});

describe('a plan', () => {
  it('gives each host one directory per container, so that two migrations of it meet', () => {
    expect(plan.sourceDirectory).toBe('/run/precopy/shop');
    expect(plan.destinationDirectory).toBe('/mnt/images/shop');
  });

  it('copies what is missing below an overlay', () => {
    expect(plan.copyLower).toEqual(['/layers/base']);
  });

  it('asks for more room than resident memory', () => {
    expect(plan.imagesNeeded).toBeGreaterThan(plan.container.memory.resident);
  });

  it('survives being written down', () => {
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});
