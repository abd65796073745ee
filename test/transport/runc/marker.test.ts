import { expect, it, test } from 'vitest';
import { departureMarker } from '../../../transport/runc/marker.ts';
import { planFor } from '../plan.ts';

const text = departureMarker.text(planFor({ kind: 'directory', path: '/containers/shop/rootfs' }));

it('the departure marker names the container that left the bundle', () => {
  expect(departureMarker.isOf('shop', text)).toBe(true);
});

test.each([
  ['the marker of another container', 'shop2', text],
  ['no marker', 'shop', ''],
  ['a damaged marker', 'shop', text.slice(0, 10)],
  ['another file of that name', 'shop', '"shop"'],
  ['a marker without a container', 'shop', '{}'],
  ['null', 'shop', 'null'],
])('a bundle is not marked by %s', (_, container, found) => {
  expect(departureMarker.isOf(container, found)).toBe(false);
});
