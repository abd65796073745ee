import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../../engine/ports/host.ts';
import { clearDocker, docker, dockerTraces, setUpDocker } from './docker.ts';
import { between, openHosts, sh } from './hosts.ts';
import { migrate } from './precopy.ts';

type Store = 'overlay2' | 'overlayfs';

const settings: Readonly<Record<Store, string>> = {
  overlay2: '"storage-driver": "overlay2"',
  overlayfs: '"features": { "containerd-snapshotter": true }',
};

const storeOf = (host: Host): Promise<string> => docker(host, 'info', '--format', '{{.Driver}}');

/** Has Docker keep its images there. Init starts the daemon again that is ended here. */
const keepImagesIn = async (host: Host, store: Store): Promise<void> => {
  const former = await storeOf(host);
  if (former === store) return;
  const was = former === 'overlay2' ? settings.overlay2 : settings.overlayfs;
  const edit = 'sed -i "s/$1/$2/" /etc/docker/daemon.json && old=$(pgrep -o -x dockerd) && kill "$old"';
  const wait =
    'while kill -0 "$old" 2>/dev/null; do sleep 0.2; done; until docker info >/dev/null 2>&1; do sleep 0.5; done';
  await sh(host, `${edit}; ${wait}`, was, settings[store]);
  expect(await storeOf(host)).toBe(store);
  await sh(host, 'docker load -q -i /opt/precopy-lab/precopy-lab.tar');
};

/** An image with a layer of its own, which its name does not tell from the lab's. */
const shopImage =
  'docker run --name base precopy-lab sh -c "mkdir /shop && echo one >/shop/one && echo two >/shop/two" && docker commit -c "LABEL tier=front" base shop:2 && docker rm base';

const working =
  'rm /shop/one; echo changed >/shop/two; echo three >/shop/three; echo kept >/data/file; i=0; while :; do echo $i; i=$((i+1)); usleep 200000; done';

const files = 'ls /shop; cat /shop/two /shop/three /data/file';
const changed = 'three\ntwo\nchanged\nthree\nkept';

describe.each<[Store, Store]>([
  ['overlayfs', 'overlayfs'],
  ['overlayfs', 'overlay2'],
])('a container between Docker with %s and Docker with %s', (atA, atB) => {
  const { a, b } = openHosts();
  beforeAll(async () => {
    await Promise.all([setUpDocker('a'), setUpDocker('b')]);
    await Promise.all([keepImagesIn(a, atA), keepImagesIn(b, atB)]);
  });
  beforeEach(() => Promise.all([clearDocker(a), clearDocker(b)]));
  afterAll(async () => {
    await Promise.all([clearDocker(a), clearDocker(b)]);
    await Promise.all([keepImagesIn(a, 'overlay2'), keepImagesIn(b, 'overlay2')]);
    await Promise.all([a.close(), b.close()]);
  });

  it('moves with its image, its changed files and its volume, and back to the image that is there', async () => {
    await sh(a, shopImage);
    await docker(a, 'run', '-d', '--name', 'counter', '-v', 'data:/data', 'shop:2', 'sh', '-c', working);
    await expect.poll(() => docker(a, 'logs', '--tail', '1', 'counter')).toMatch(/^\d+$/);

    const there = await migrate('counter', ...between('a', 'b'));
    expect({ ...there, report: there.report.outcome }).toMatchObject({ exitCode: 0, report: 'migrated' });
    expect(await sh(b, `docker exec counter sh -c "$1"`, files)).toBe(`${changed}\n`);
    expect(await docker(b, 'inspect', '--format', '{{.Config.Image}}', 'counter')).toBe('shop:2');
    expect(await docker(b, 'images', '-q')).toMatch(/^\w+\n\w+$/);

    await docker(a, 'rm', '-v', 'counter-moved-to-b');
    const back = await migrate('counter', ...between('b', 'a'), '--volume', 'data=copy');
    expect({ ...back, report: back.report.outcome }).toMatchObject({ exitCode: 0, report: 'migrated' });
    expect(await sh(a, `docker exec counter sh -c "$1"`, files)).toBe(`${changed}\n`);
    expect(await docker(a, 'inspect', '--format', '{{.Config.Image}}', 'counter')).toBe('shop:2');
    // Nothing has come again.
    expect(await docker(a, 'images', '-q')).toMatch(/^\w+\n\w+$/);
    const logs = (await docker(a, 'logs', 'counter')).split('\n').map(Number);
    expect(logs).toEqual(logs.map((_, index) => index));

    expect((await dockerTraces(a)).filter((line) => line.startsWith('/run/precopy'))).toEqual([]);
    await docker(a, 'restart', '--time', '0', 'counter');
    expect(await sh(a, `docker exec counter cat /shop/three`)).toBe('three\n');
  });
});
