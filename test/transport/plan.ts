import { defaultPolicy } from '../../engine/core/rounds/default-policy.ts';
import type { Rootfs } from '../../engine/model/facts.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes } from '../../engine/model/units.ts';
import { container } from '../fakes/facts.ts';

/** The plan of a container whose bundle is /containers/shop. */
export const planFor = (rootfs: Rootfs, changed: Partial<Plan> = {}): Plan => ({
  migration: '20260101T000000Z-ab12cd',
  container: container({ rootfs }),
  from: 'a',
  to: 'b',
  address: '192.0.2.2',
  policy: defaultPolicy,
  pages: {
    channel: 'ssh',
    ports: [914, 915],
    cipher: 'aes128-gcm@openssh.com',
    compression: { kind: 'none', reason: { kind: 'asked' } },
  },
  sourceDirectory: '/run/precopy/shop',
  destinationDirectory: '/run/precopy/shop',
  rootfs,
  copyLower: [],
  imagesNeeded: bytes(0),
  docker: undefined,
  findings: [],
  ...changed,
});
