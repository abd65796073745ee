import { expect } from 'vitest';
import type { Host } from '../../engine/ports/host.ts';
import { docker, dockerTraces } from '../lab/docker.ts';
import { between, sh } from '../lab/hosts.ts';
import { withDaemons } from './daemons.ts';
import { move, NotThere } from './move.ts';
import type { Hosts, Scenario } from './scenario.ts';

const stores = {
  overlay2: { settings: { 'storage-driver': 'overlay2' } },
  overlayfs: { settings: { 'storage-driver': null, features: { 'containerd-snapshotter': true } } },
} as const;

type Store = keyof typeof stores;

const storeOf = (host: Host): Promise<string> => docker(host, 'info', '--format', '{{.Driver}}');

/** An image with a layer of its own, which its name does not tell from the lab's. */
const shopImage =
  'docker run --name base precopy-lab sh -c "mkdir /shop && echo one >/shop/one && echo two >/shop/two" && docker commit -c "LABEL tier=front" base shop:2 && docker rm base';

const working =
  'rm /shop/one; echo changed >/shop/two; echo three >/shop/three; echo kept >/data/file; i=0; while :; do echo $i; i=$((i+1)); usleep 200000; done';

const files = 'ls /shop; cat /shop/two /shop/three /data/file';
const changed = 'three\ntwo\nchanged\nthree\nkept\n';

const isThere = async (host: Host): Promise<void> => {
  expect(await sh(host, `docker exec counter sh -c "$1"`, files)).toBe(changed);
  expect(await docker(host, 'inspect', '--format', '{{.Config.Image}}', 'counter')).toBe('shop:2');
  // The image and that of the lab, and nothing that has come again.
  expect(await docker(host, 'images', '-q')).toMatch(/^\w+\n\w+$/);
};

/** Moves a container with its image, its changed files and its volume, and back to the image that is there. */
const thereAndBack = async ({ a, b }: Hosts): Promise<void> => {
  await sh(a, shopImage);
  await docker(a, 'run', '-d', '--name', 'counter', '-v', 'data:/data', 'shop:2', 'sh', '-c', working);
  await expect.poll(() => docker(a, 'logs', '--tail', '1', 'counter')).toMatch(/^\d+$/);
  await move('counter', ...between('a', 'b'));
  await isThere(b);

  await docker(a, 'rm', '-v', 'counter-moved-to-b');
  await move('counter', ...between('b', 'a'), '--volume', 'data=copy');
  await isThere(a);
  const logs = (await docker(a, 'logs', 'counter')).split('\n').map(Number);
  expect(logs).toEqual(logs.map((_, index) => index));
  expect((await dockerTraces(a)).filter((line) => line.startsWith('/run/precopy'))).toEqual([]);
  await docker(a, 'restart', '--time', '0', 'counter');
  expect(await sh(a, 'docker exec counter cat /shop/three')).toBe('three\n');
};

const pair = (atA: Store, atB: Store): Scenario => ({
  name: `Docker: image stores ${atA} and ${atB}, there and back`,
  run: (hosts) =>
    withDaemons(hosts, { a: stores[atA], b: stores[atB] }, async () => {
      const found = [await storeOf(hosts.a), await storeOf(hosts.b)];
      const wanted = [atA, atB].filter((store) => store === 'overlayfs').length;
      if (wanted > 0 && !found.includes('overlayfs'))
        throw new NotThere('this Docker cannot keep images in containerd');
      expect(found).toEqual([atA, atB]);
      await thereAndBack(hosts);
    }),
});

export const imageStores: readonly Scenario[] = [
  pair('overlayfs', 'overlayfs'),
  pair('overlayfs', 'overlay2'),
  pair('overlay2', 'overlayfs'),
];
