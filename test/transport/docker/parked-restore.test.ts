import { describe, expect, it } from 'vitest';
import { parkDockerRestore } from '../../../transport/docker/parked-restore.ts';
import { fakeHost } from '../../fakes/fake-host.ts';

describe('the parked restore of a Docker container', () => {
  it('gives its keeper the directory and the id, and settles when Docker has taken the container over', async () => {
    const host = fakeHost('b');
    const parking = parkDockerRestore(host, '/run/precopy/shop', 'c0ffee');
    await Promise.resolve();
    const [keeper] = host.started;
    expect(keeper?.command.argv.slice(3)).toEqual(['precopy-parked-docker', '/run/precopy/shop', 'c0ffee']);
    keeper?.say('parked');
    const restore = await parking;
    for (const line of ['prepared', 'resumed', 'exit 0']) keeper?.say(line);
    keeper?.finish();
    await restore.prepared;
    await restore.resume();
    await restore.settle();
    expect(keeper?.written).toEqual(['resume\n']);
  });

  it("rejects with Docker's message when it cannot be parked", async () => {
    const host = fakeHost('b', () => ({ stdout: 'Error response from daemon: no such network\n' }));
    const parking = parkDockerRestore(host, '/run/precopy/shop', 'c0ffee');
    await Promise.resolve();
    host.started[0]?.say('exit 1');
    host.started[0]?.finish();
    await expect(parking).rejects.toThrow(/docker on b failed: .*no such network/);
    expect(host.commands.at(-1)?.argv.at(-1)).toBe('/run/precopy/shop/start.out');
  });
});
