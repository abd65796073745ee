import { expect, it, test } from 'vitest';
import { departureMarker } from '../../../transport/runc/marker.ts';
import { planFor } from '../plan.ts';

const text = departureMarker.text(planFor({ kind: 'directory', path: '/containers/shop/rootfs' }));

it('the departure marker names the container that left the bundle', () => {
  expect(departureMarker.isOf('shop', text)).toBe(true);
});

test.each([
  ['another container has left', 'shop2', text],
  ['no marker lies in', 'shop', ''],
  ['a broken marker lies in', 'shop', text.slice(0, 10)],
  ['another file of that name lies in', 'shop', '"shop"'],
  ['a marker without a container lies in', 'shop', '{}'],
  ['nothing but null lies in', 'shop', 'null'],
])('lets nobody into a bundle that %s', (_, container, found) => {
  expect(departureMarker.isOf(container, found)).toBe(false);
});
