import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listContainers } from '../../bench/containers/list-containers.ts';
import { removeContainer, runContainer } from '../../bench/containers/run-container.ts';
import { dirtier } from '../../bench/containers/workloads.ts';
import { parseProfile } from '../../transport/profile/profile-file.ts';
import { between, openHosts, sh } from './hosts.ts';
import { precopy, reportOf, start, startUntil } from './precopy.ts';
import { providedLab } from './provided.ts';
import { traces } from './traces.ts';

const id = 'watched';
/** Pages per second, of a working set that takes 4 s to go round once. */
const RATE = 500;
const WORKING_SET = 2048;
const steady = dirtier(id, 32, 8, RATE);

describe('a profile', () => {
  const hosts = openHosts();
  const clear = async (): Promise<void> => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
  };
  // One for all, since it must live through everything.
  beforeAll(async () => {
    await clear();
    await runContainer(hosts.a, steady);
    await sh(hosts.a, 'sleep 2');
  });
  afterAll(async () => {
    await clear();
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  const onA = ['--from', 'a', '--ssh-config', providedLab().sshConfig];
  const runs = (): Promise<string> => sh(hosts.a, 'runc state "$1" | grep -E \'"(pid|status)"\'', id);

  it('shows the rate and the working set of a program that has both', async () => {
    const [before, running] = [await traces(hosts.a), await runs()];
    const { stdout, exitCode } = await precopy('profile', id, ...onA, '--for', '7s', '--json');
    expect(exitCode).toBe(0);
    const { privatePages, windows } = parseProfile('stdout', stdout);
    expect(privatePages).toBeGreaterThanOrEqual(8192);
    expect(privatePages).toBeLessThan(8192 * 1.05);
    // Where processes start slowly a look may take longer than the next window.
    expect(windows.length).toBeGreaterThanOrEqual(2);
    for (const { window, dirty } of windows.filter((each) => each.window >= 1000)) {
      const written = Math.min(WORKING_SET, (RATE * window) / 1000);
      expect(dirty / written).toBeGreaterThan(0.75);
      expect(dirty / written).toBeLessThan(1.25);
    }
    expect(windows.at(-1)?.dirty).toBeLessThan(WORKING_SET * 1.05);
    expect(await runs()).toBe(running);
    expect(await traces(hosts.a)).toEqual(before);
  });

  it('keeps a migration away, and leaves nothing when it is interrupted or killed', async () => {
    const before = await traces(hosts.a);
    const watching = await startUntil(/pages\/s/, ['profile', id, ...onA, '--for', '5min']);
    const refused = await precopy('migrate', id, ...between('a', 'b'), '--yes', '--json');
    expect(reportOf(refused)).toMatchObject({ outcome: 'rolled-back', rounds: [] });
    expect(refused.stderr).toMatch(/a profile of watched is being taken on a/);
    watching.signal('SIGINT');
    expect((await watching.finished).exitCode).toBe(130);
    expect(await traces(hosts.a)).toEqual(before);

    const again = await startUntil(/pages\/s/, ['profile', id, ...onA, '--for', '5min']);
    again.signal('SIGKILL');
    await again.finished;
    await expect.poll(() => traces(hosts.a)).toEqual(before);
  });

  it('is refused while a migration is under way, which the simulator repeats from its journal', async () => {
    const migrating = start(['migrate', id, ...between('a', 'b'), '--yes', '--json', '--max-rounds', '2']);
    await migrating.shows(/round 0: /);
    const refused = await precopy('profile', id, ...onA);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/another migration of watched is under way on a: .*by/);
    const finished = await migrating.finished;
    expect(reportOf(finished)).toMatchObject({ outcome: 'migrated' });
    expect(await listContainers(hosts.b)).toEqual([id]);

    const { replay } = JSON.parse((await precopy('tune', '--journal', id, '--json')).stdout);
    expect(replay.simulated.rounds).toBe(replay.rounds);
    expect(replay.simulated.sent / replay.sent).toBeGreaterThan(0.85);
    expect(replay.simulated.sent / replay.sent).toBeLessThan(1.15);
  });
});
