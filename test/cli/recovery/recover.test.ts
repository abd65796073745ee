import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MigrationEvent } from '../../../engine/model/event.ts';
import type { Controller, JournalHeader } from '../../../engine/model/journal.ts';
import type { Plan } from '../../../engine/model/plan.ts';
import { millis } from '../../../engine/model/units.ts';
import { scriptArgv } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { parseStat } from '../../../transport/host/process-id.ts';
import { thisController } from '../../../transport/journal/controller.ts';
import { journalPath } from '../../../transport/journal/journal-path.ts';
import { lockJournal } from '../../../transport/journal/lock.ts';
import { migrated, plan, rolledBack } from '../../engine/core/events.ts';
import { container } from '../../fakes/facts.ts';
import { openSshServer, type SshServer } from '../../fakes/ssh-server.ts';
import { journalText } from '../../transport/journal/journals.ts';
import { precopy } from '../run-program.ts';

const OLD = plan.migration;
const gone: Controller = { ...thisController(), startTime: '1' };
const inRound1 = migrated.slice(0, 11);

let state: string;
let directory: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'precopy-cli-recover-'));
  directory = join(state, 'precopy/journal');
  await mkdir(directory, { recursive: true });
  vi.stubEnv('XDG_STATE_HOME', state);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(state, { recursive: true, force: true });
});

const store = async (
  events: readonly MigrationEvent[],
  changed: Partial<JournalHeader> = {},
): Promise<string> => {
  const path = journalPath(directory, OLD);
  await writeFile(path, journalText(events, { controller: gone, ...changed }));
  return path;
};

describe('precopy recover, where there is nothing to do', () => {
  it('says so', async () => {
    expect(await precopy('recover')).toMatchObject({ exitCode: 0, stdout: 'nothing to recover\n' });
    await store(migrated);
    expect(await precopy('recover')).toMatchObject({ exitCode: 0, stdout: 'nothing to recover\n' });
    expect(JSON.parse((await precopy('recover', '--json')).stdout)).toEqual({ version: 1, recoveries: [] });
  });

  it.each([
    ['is over', rolledBack, {}, 0, /nothing to do: rolled back: shop runs on blue as before/],
    [
      'is under way',
      inRound1,
      { controller: thisController() },
      3,
      /the migration is under way; to stop it: precopy abort 2026/,
    ],
    [
      'was started elsewhere',
      inRound1,
      { controller: { ...gone, host: 'other-desk' } },
      3,
      /the migration was started on other-desk; run on that machine: precopy recover 2026/,
    ],
  ] as const)('changes nothing for a migration that %s', async (_, events, changed, exitCode, expected) => {
    const path = await store(events, changed);
    const before = await readFile(path, 'utf8');
    expect(await precopy('recover', OLD)).toMatchObject({
      exitCode,
      stdout: expect.stringMatching(expected),
    });
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('refuses a migration that another recovery works on', async () => {
    await store(inRound1, { reached: { local: true, runcRoot: '/run/runc' } });
    const lock = await lockJournal(directory, OLD);
    expect(await precopy('recover', OLD)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/another precopy recover works on migration/),
    });
    await lock.release();
  });

  it('needs one migration for --keep', async () => {
    expect(await precopy('recover', '--keep', 'source')).toMatchObject({ exitCode: 2 });
  });

  it('says what a journal of an older version lacks, with a remedy', async () => {
    await store(inRound1);
    expect(await precopy('recover', OLD)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/does not say how the hosts were reached.*By hand/),
    });
  });
});

describe('precopy recover', () => {
  let guest: SshServer;
  let shop: ChildProcess;
  let home: string;
  let here: Plan;

  beforeEach(async () => {
    home = `${state}/home`;
    await mkdir(`${home}/bin`, { recursive: true });
    await mkdir(`${home}/.ssh`);
    await writeFile(
      `${home}/.ssh/authorized_keys`,
      `ssh-ed25519 AAAA me\nrestrict ssh-ed25519 AAAA precopy-${OLD}\n`,
    );
    const runc = '#!/bin/sh\ncase "$*" in *state*) echo "container does not exist" >&2; exit 1 ;; esac\n';
    await writeFile(`${home}/bin/runc`, runc, { mode: 0o755 });
    vi.stubEnv('PATH', `${home}/bin:${process.env['PATH']}`);
    guest = await openSshServer({ home });
    shop = spawn('sleep', ['1000']);
    const pid = shop.pid ?? 0;
    const startTime = parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'))?.startTime ?? '';
    const begun = { startTime, boot: thisController().boot };
    const rootfs = { kind: 'directory', path: `${state}/there/bundle/rootfs` } as const;
    here = {
      ...plan,
      from: 'localhost',
      to: 'guest',
      container: container({ pid, begun, cgroupPath: '', bundle: `${state}/there/bundle`, rootfs }),
      rootfs,
      sourceDirectory: `${state}/from/shop`,
      destinationDirectory: `${state}/to/shop`,
    };
    const make = (argv: readonly [string, ...string[]]): Promise<unknown> => localHost().run({ argv });
    await make(scriptArgv('make-source-directory', here.sourceDirectory, OLD, 'desk, process 7'));
    await make(
      scriptArgv('make-destination-directory', here.destinationDirectory, OLD, here.container.bundle),
    );
  });
  afterEach(async () => {
    shop.kill('SIGKILL');
    await guest.close();
  });

  const storeHere = (events: readonly MigrationEvent[]): Promise<string> =>
    store(
      events.map((event) => (event.kind === 'planned' ? { ...event, plan: here } : event)),
      {
        from: 'localhost',
        to: 'guest',
        reached: { local: true, sshConfig: guest.configFile, runcRoot: '/run/runc' },
      },
    );

  it('undoes a migration that was cut short in a round, prints the outcome, and then has nothing to do', async () => {
    await storeHere(inRound1);
    const { exitCode, stdout, stderr } = await precopy('recover');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(
      [
        `shop: localhost → guest (migration ${OLD})`,
        'found on localhost: shop runs there as before',
        'found on guest: files of this migration, no process of shop',
        'does: it has not moved: discards what is on guest, shop stays on localhost',
        'outcome: rolled back: shop runs on localhost as before',
        '',
      ].join('\n'),
    );
    expect(await readFile(`${home}/.ssh/authorized_keys`, 'utf8')).toBe('ssh-ed25519 AAAA me\n');
    expect((await readdir(state)).filter((name) => ['there'].includes(name))).toEqual([]);
    expect(await readdir(`${state}/from`)).toEqual([]);
    expect(await readdir(`${state}/to`)).toEqual([]);
    expect((await precopy('status', OLD)).stdout).toMatch(/state {5}rolled-back/);
    expect(await precopy('recover', OLD)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/nothing to do: rolled back/),
    });
    expect((await precopy('recover')).stdout).toBe('nothing to recover\n');
  });

  it('cleans up the source while the destination is unreachable, and can be run again', async () => {
    await storeHere(inRound1);
    const config = await readFile(guest.configFile, 'utf8');
    await writeFile(guest.configFile, config.replace(/Port \d+/, 'Port 1'));
    const { exitCode, stdout } = await precopy('recover', OLD);
    expect(exitCode).toBe(7);
    expect(stdout).toMatch(
      /found on guest: it cannot be asked \(.*\nremains on guest: discard what is there/s,
    );
    expect(await readdir(`${state}/from`)).toEqual([]);
    expect((await precopy('status', OLD)).stdout).toMatch(/state {5}cut short/);
  });

  it('cleans up what a migration with an outcome left over', async () => {
    const remains = ['clean up the destination'];
    await storeHere([...inRound1, { at: millis(9000), kind: 'finished', outcome: 'rolled-back', remains }]);
    expect((await precopy('status', OLD)).stdout).toContain(
      'Left to do: clean up the destination. Once both hosts',
    );
    const { exitCode, stdout } = await precopy('recover');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^outcome: rolled back: shop runs/m)]);
    expect(await readFile(`${home}/.ssh/authorized_keys`, 'utf8')).toBe('ssh-ed25519 AAAA me\n');
    expect(await readdir(`${state}/to`)).toEqual([]);
    expect((await precopy('recover')).stdout).toBe('nothing to recover\n');
    expect((await precopy('status', OLD)).stdout).not.toContain('Left to do');
  });

  it('in doubt does nothing, names the choices, and follows the choice', async () => {
    await storeHere(migrated.slice(0, 16));
    shop.kill('SIGKILL');
    await writeFile(`${here.destinationDirectory}/images/final/inventory.img`, '');
    await writeFile(`${here.sourceDirectory}/killed`, '');
    await writeFile(`${here.destinationDirectory}/resumed`, '');
    const { exitCode, stdout } = await precopy('recover', OLD);
    expect(exitCode).toBe(6);
    expect(stdout).toMatch(new RegExp(`does: nothing: .*precopy recover ${OLD} --keep source`, 's'));
    expect(stdout).toMatch(/--keep destination.*from its last dump, without what it did on/);
    const json = await precopy('recover', OLD, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      recoveries: [
        {
          found: { source: 'dead', destination: 'cut-off' },
          decision: 'in-doubt',
          keeps: ['destination', 'source'],
        },
      ],
    });
    expect(await precopy('recover', OLD, '--keep', 'source')).toMatchObject({
      exitCode: 8,
      stdout: expect.stringMatching(/outcome: ended/),
    });
    expect(await readdir(`${state}/to`)).toEqual([]);
  });

  it('restores nothing from invalid images, and keeps them', async () => {
    await storeHere(migrated.slice(0, 16));
    shop.kill('SIGKILL');
    await writeFile(`${here.destinationDirectory}/images/final/inventory.img`, 'nothing of criu');
    await writeFile(`${here.destinationDirectory}/received`, '');
    await writeFile(`${here.container.bundle}/config.json`, '{}');
    await writeFile(`${here.sourceDirectory}/killed`, '');
    const { exitCode, stdout } = await precopy('recover', OLD);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/does: restores it on .* once more from the images of its last dump/);
    expect(stdout).toMatch(/remains on .*: restore it again: .*inventory\.img/);
    expect(await readdir(`${here.destinationDirectory}/images/final`)).toEqual(['inventory.img']);
  });
});
