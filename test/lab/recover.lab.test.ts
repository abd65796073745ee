import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeContainer } from '../../bench/containers/run-container.ts';
import { openLab } from '../../bench/lab/index.ts';
import type { Host } from '../../engine/ports/host.ts';
import { clearDocker, docker, dockerTraces, setUpDocker } from './docker.ts';
import { between, type LabHostName, openHosts, sh } from './hosts.ts';
import { type Finished, precopy, startUntil } from './precopy.ts';
import { providedLab } from './provided.ts';
import { redisCli, startRedis } from './redis.ts';
import { traces } from './traces.ts';

/** When the controller dies. From `restoring` on the hosts may bring it to either end by themselves. */
const everyMoment = [
  ['while files are synced first', /phase: preflight/],
  ['in the first round', /phase: pre-copy/],
  ['in a later round', /round 0: /],
  ['while frozen', /phase: frozen/],
  ['while the destination restores', /phase: restoring/],
  ['right after the commit', /phase: committed/],
] as const;

/** `npm run test:faults` asks for all; otherwise for a few, since each takes a migration of its own. */
const all = process.env['PRECOPY_FAULTS'] !== undefined;
const momentsAmong = (names: readonly string[]): readonly (readonly [string, RegExp])[] =>
  everyMoment.filter(([name]) => all || names.includes(name));

/** Starts a migration and kills what carries it out, at that point of its progress. Answers with its id. */
const killedAt = async (line: RegExp, container: string): Promise<string> => {
  const args = ['migrate', container, ...between('a', 'b'), '--json', '--yes', '--max-rounds', '3'];
  const running = await startUntil(line, args);
  running.signal('SIGKILL');
  const { stderr } = await running.finished;
  const id = /^migration (\S+):/m.exec(stderr)?.[1];
  if (id === undefined) throw new Error(`no migration:\n${stderr}`);
  return id;
};

/** Kills the controller once the destination holds all processes, and gives the rest 20 s before anybody hears of it. */
const heldWith = async (
  hosts: Readonly<Record<LabHostName, Host>>,
  container: string,
  slow: string,
): Promise<string> => {
  const args = ['migrate', container, ...between('a', 'b'), '--json', '--yes', '--max-rounds', '1'];
  const running = await startUntil(/phase: pre-copy/, args);
  await sh(hosts.b, 'sed -i "$1" /run/precopy/*/destination-hold.sh', slow);
  await sh(hosts.b, 'until ls /run/precopy/*/prepared 2>/dev/null; do sleep 0.05; done');
  running.signal('SIGKILL');
  const { stderr } = await running.finished;
  return /^migration (\S+):/m.exec(stderr)?.[1] ?? '';
};

/** Before the destination says that it holds them; before it hears what becomes of them. */
const saysLate = 's/^ *say prepared$/sleep 20; &/';
const hearsLate = 's/^ *say prepared$/&; sleep 20/';

/**
 * Kills the controller and all that would bring a hand-over to its end, with the destination's processes made and stopped.
 * `before`: the source has not decided, and thaws. `after`: the source is dead, and nobody has told the destination.
 */
const heldOn = async (
  hosts: Readonly<Record<LabHostName, Host>>,
  container: string,
  decision: 'before' | 'after',
): Promise<string> => {
  const migration = await heldWith(hosts, container, decision === 'before' ? saysLate : hearsLate);
  const decided = 'until grep -qs kill /run/precopy/*/decided; do sleep 0.05; done; sleep 2;';
  await sh(hosts.a, `${decision === 'after' ? decided : ''} kill -9 $(cat /run/precopy/*/keeper)`);
  // Whatever has been said to the destination is lost.
  const drain = 'exec 4<>"$(echo /run/precopy/*/verdict)"; while read -r -t 1 -u 4; do :; done';
  await sh(hosts.b, `kill -9 $(pgrep -f '^bash /run/precopy/.*/hand-over.sh'); bash -c '${drain}'; sleep 15`);
  return migration;
};

interface Ended {
  readonly finished: Finished;
  readonly on: LabHostName;
}

/** Recovers it, and says on which host it is by what recovery and status tell. */
const recovered = async (migration: string): Promise<Ended> => {
  expect((await precopy('status', migration)).stdout).toMatch(/state {5}cut short: /);
  const finished = await precopy('recover', migration);
  const { stdout, stderr, exitCode } = finished;
  expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0, stderr: '' });
  const outcome = /^outcome: (migrated|rolled back)/m.exec(stdout)?.[1];
  expect((await precopy('status', migration)).stdout).toMatch(
    outcome === 'migrated' ? /state {5}migrated/ : /state {5}rolled-back/,
  );
  const again = await precopy('recover', migration);
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/\nnothing to do: /) });
  return { finished, on: outcome === 'migrated' ? 'b' : 'a' };
};

describe('precopy recover, after the controller was killed', () => {
  const hosts = openHosts();
  const id = 'orphan';
  const KEYS = 20_000;
  beforeEach(async () => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
  });
  afterAll(async () => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  const runs = async (host: Host): Promise<boolean> =>
    /"status": "running"/.test(await sh(host, 'runc state "$1" 2>/dev/null || true', id));

  it.each(momentsAmong(['while frozen']))(
    '%s leaves one copy, with its memory, and nothing else',
    async (_, line) => {
      const before = await Promise.all([traces(hosts.a), traces(hosts.b)]);
      await startRedis(hosts.a, id, KEYS);
      const { on, finished } = await recovered(await killedAt(line, id));
      process.stderr.write(`${finished.stdout}\n`);
      expect([await runs(hosts.a), await runs(hosts.b)]).toEqual([on === 'a', on === 'b']);
      expect(await redisCli(hosts[on], 'dbsize')).toBe(String(KEYS));
      expect(await redisCli(hosts[on], 'incr', 'counter')).toBe('1');
      await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
      expect(await Promise.all([traces(hosts.a), traces(hosts.b)])).toEqual(before);
    },
  );

  const held = [
    ['before', 'a', /all processes of orphan, stopped.*it has not moved/s],
    ['after', 'b', /ended there by the hand-over.*all processes of orphan, stopped.*lets it run on b/s],
  ] as const;
  it.each(held.filter(([decision]) => all || decision === 'after'))(
    '%s the source had decided, with the destination held, leaves one copy on %s',
    async (decision, where, says) => {
      const before = await Promise.all([traces(hosts.a), traces(hosts.b)]);
      await startRedis(hosts.a, id, KEYS);
      const { on, finished } = await recovered(await heldOn(hosts, id, decision));
      process.stderr.write(`${finished.stdout}\n`);
      expect(finished.stdout).toMatch(says);
      expect([on, await runs(hosts.a), await runs(hosts.b)]).toEqual([where, where === 'a', where === 'b']);
      expect(await redisCli(hosts[on], 'dbsize')).toBe(String(KEYS));
      await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
      expect(await Promise.all([traces(hosts.a), traces(hosts.b)])).toEqual(before);
    },
  );

  if (all) {
    it('while the source is without power says what can be done, and does it once that is certain', async () => {
      const lab = await openLab(providedLab().name);
      await startRedis(hosts.a, id, KEYS);
      const migration = await heldWith(hosts, id, saysLate);
      await lab.powerOff('a');
      const asked = await precopy('recover', migration);
      expect(asked).toMatchObject({
        exitCode: 6,
        stdout: expect.stringMatching(/found on a: it cannot be asked/),
      });
      expect(asked.stdout).toMatch(new RegExp(`precopy recover ${migration} --keep destination`));
      await lab.powerOn('a');
      const { on, finished } = await recovered(migration);
      process.stderr.write(`${finished.stdout}\n`);
      expect(finished.stdout).toMatch(/a was started again/);
      expect([on, await runs(hosts.a), await runs(hosts.b)]).toEqual(['b', false, true]);
      expect(await redisCli(hosts.b, 'dbsize')).toBe(String(KEYS));
    });
  }

  if (all) {
    it('in a round leaves the next migration nothing in its way', async () => {
      await startRedis(hosts.a, id, KEYS);
      const first = await killedAt(/phase: pre-copy/, id);
      const refused = await precopy('migrate', id, ...between('a', 'b'), '--yes');
      expect(refused.exitCode).not.toBe(0);
      expect(refused.stderr + refused.stdout).toContain(first);
      await recovered(first);
      expect(await precopy('migrate', id, ...between('a', 'b'), '--yes')).toMatchObject({ exitCode: 0 });
      expect([await runs(hosts.a), await runs(hosts.b)]).toEqual([false, true]);
    });
  }
});

describe('precopy recover, after the controller of a Docker container was killed', () => {
  const hosts = openHosts();
  const counting = 'i=0; while :; do echo $i; i=$((i+1)); usleep 200000; done';
  beforeAll(() => Promise.all([setUpDocker('a'), setUpDocker('b')]));
  beforeEach(() => Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]));
  afterAll(async () => {
    await Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]);
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  const decisions = [
    ['before', 'a'],
    ['after', 'b'],
  ] as const;
  it.each(decisions.filter(() => all))(
    '%s the source had decided, with the destination held, leaves one copy on %s',
    async (decision, where) => {
      const always = ['--restart', 'always'];
      await docker(hosts.a, 'run', '-d', '--name', 'counter', ...always, 'precopy-lab', 'sh', '-c', counting);
      const untouched = await Promise.all([dockerTraces(hosts.a), dockerTraces(hosts.b)]);
      const { on, finished } = await recovered(await heldOn(hosts, 'counter', decision));
      process.stderr.write(`${finished.stdout}\n`);
      expect(on).toBe(where);
      const after = await Promise.all([dockerTraces(hosts.a), dockerTraces(hosts.b)]);
      if (on === 'a') expect(after).toEqual(untouched);
      else
        expect(after[1]).toEqual(
          expect.arrayContaining(['container counter running', 'policy /counter always']),
        );
    },
  );

  it.each(momentsAmong(['while the destination restores']))(
    '%s leaves one copy, that restarts as before, and nothing else',
    async (_, line) => {
      const before = await traces(hosts.b);
      const always = ['--restart', 'always'];
      await docker(hosts.a, 'run', '-d', '--name', 'counter', ...always, 'precopy-lab', 'sh', '-c', counting);
      const untouched = await Promise.all([dockerTraces(hosts.a), dockerTraces(hosts.b)]);
      const { on, finished } = await recovered(await killedAt(line, 'counter'));
      process.stderr.write(`${finished.stdout}\n`);
      const after = await Promise.all([dockerTraces(hosts.a), dockerTraces(hosts.b)]);
      if (on === 'a') expect(after).toEqual(untouched);
      else {
        expect(after[0]).toEqual(
          expect.arrayContaining(['container counter-moved-to-b exited', 'policy /counter-moved-to-b no']),
        );
        expect(after[1]).toEqual(
          expect.arrayContaining(['container counter running', 'policy /counter always']),
        );
        expect(after.flat().filter((trace) => trace.startsWith('/run/precopy'))).toEqual([]);
      }
      const count = Number(await docker(hosts[on], 'logs', '--tail', '1', 'counter'));
      await expect
        .poll(async () => Number(await docker(hosts[on], 'logs', '--tail', '1', 'counter')), {
          timeout: 20_000,
        })
        .toBeGreaterThan(count);
      await clearDocker(hosts.b);
      if (on === 'a') expect(await traces(hosts.b)).toEqual(before);
    },
  );
});
