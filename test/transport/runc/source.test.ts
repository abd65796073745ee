import { describe, expect, it } from 'vitest';
import { CommandFailed, InvalidInput } from '../../../engine/model/errors.ts';
import type { Rootfs } from '../../../engine/model/facts.ts';
import type { PageChannel } from '../../../engine/model/pages.ts';
import type { Plan } from '../../../engine/model/plan.ts';
import type { CommandOutput } from '../../../engine/ports/host.ts';
import { runcSource } from '../../../transport/runc/source.ts';
import { container } from '../../fakes/facts.ts';
import { type FakeHost, fakeHost } from '../../fakes/fake-host.ts';
import { rememberedProofs } from '../../fakes/remembered-proofs.ts';
import { planFor } from '../plan.ts';

const directory: Rootfs = { kind: 'directory', path: '/containers/shop/rootfs' };
const plan = planFor(directory);
const overlay: Rootfs = {
  kind: 'overlay',
  path: '/containers/shop/rootfs',
  lower: ['/layers/base'],
  upper: '/layers/shop/upper',
  work: '/layers/shop/work',
  mountOptions: [],
};
const options = {
  runcRoot: '/run/runc',
  imagesDirectory: '/run/precopy',
  proven: rememberedProofs(),
  owner: 'desk, process 7',
};

const text = (host: FakeHost, path: string): string | undefined => {
  const file = host.files.get(path);
  return file === undefined ? undefined : Buffer.from(file.content).toString();
};

describe('whether the source is alive', () => {
  const alive = (answer: Partial<CommandOutput>): Promise<boolean> =>
    runcSource(
      fakeHost('a', () => answer),
      options,
    ).isAlive(plan);
  const state = (changed: object): Partial<CommandOutput> => ({
    stdout: JSON.stringify({
      id: 'shop',
      pid: plan.container.pid,
      status: 'running',
      bundle: '/containers/shop',
      rootfs: '/containers/shop/rootfs',
      ...changed,
    }),
  });

  it.each([
    ['it runs', {}, true],
    ['it is paused', { status: 'paused' }, true],
    ['it has stopped', { status: 'stopped' }, false],
    ['another process has its name now', { pid: 1 }, false],
  ])('follows from its state: %s', async (_, changed, expected) => {
    expect(await alive(state(changed))).toBe(expected);
  });

  it('is no when runc has no such container', async () => {
    expect(await alive({ exitCode: 1, stderr: 'container does not exist' })).toBe(false);
  });

  it('is unknown when runc fails', async () => {
    await expect(alive({ exitCode: 1, stderr: 'cannot allocate memory' })).rejects.toThrow(InvalidInput);
    await expect(alive({ stdout: '' })).rejects.toThrow(InvalidInput);
  });
});

describe('preparing the source', () => {
  const prepared = async (changed: Partial<Plan> = {}): Promise<FakeHost> => {
    const host = fakeHost('a');
    const preparing = runcSource(host, options).prepare({ ...plan, ...changed });
    await expect.poll(() => host.started.length).toBe(1);
    host.started[0]?.say('held');
    await preparing;
    return host;
  };

  it('notes the controller, and locks the container', async () => {
    const host = await prepared();
    expect(host.commands[0]?.argv.slice(-3)).toEqual([
      '/run/precopy/shop',
      plan.migration,
      'desk, process 7',
    ]);
    expect(host.started[0]?.command.argv.slice(-2)).toEqual(['/run/precopy/shop', '/sys/fs/cgroup/shop']);
  });

  it('leaves nothing when another migration has the lock', async () => {
    const host = fakeHost('a');
    const preparing = runcSource(host, options).prepare(plan);
    await expect.poll(() => host.started.length).toBe(1);
    host.started[0]?.finish({ exitCode: 17 });
    await expect(preparing).rejects.toThrow(/another migration of shop is under way on a, or a profile/);
    expect(host.commands.at(-1)?.argv).toContain('precopy-remove-directory');
    expect([...host.files.keys()]).toEqual([]);
  });

  it('writes the hold script, executable, and the configuration that names it', async () => {
    const host = await prepared();
    expect(host.files.get('/run/precopy/shop/source-hold.sh')?.mode).toBe(0o700);
    expect(text(host, '/run/precopy/shop/final.conf')).toContain(
      'action-script /run/precopy/shop/source-hold.sh\n',
    );
    expect(text(host, '/run/precopy/shop/cgroup')).toBe('4711\n/sys/fs/cgroup/shop\n');
  });

  it('configures TLS for rounds and the final dump, and nothing for rounds of other page channels', async () => {
    const configsOver = async (channel: PageChannel): Promise<readonly (string | undefined)[]> => {
      const host = await prepared({ pages: { ...plan.pages, channel } });
      return ['round.conf', 'final.conf'].map((name) => text(host, `/run/precopy/shop/${name}`));
    };
    const [round, final] = await configsOver('tls');
    expect(round).toMatch(/^tls\ntls-cacert \/run\/precopy\/shop\/tls\/peer\.pem\n/);
    expect(final).toContain(round);
    for (const channel of ['ssh', 'plain'] as const) {
      const [none, without] = await configsOver(channel);
      expect(none).toBeUndefined();
      expect(without).not.toContain('tls');
    }
  });

  it.each(['', '/'])(
    'names no cgroup to kill when it is the root cgroup (%j), which has all processes of the host',
    async (cgroupPath) => {
      const host = await prepared({ container: container({ cgroupPath }) });
      expect(text(host, '/run/precopy/shop/cgroup')).toBe('');
    },
  );

  it('refuses while another migration of the container is under way', async () => {
    const source = runcSource(
      fakeHost('a', () => ({ exitCode: 17, stderr: "mkdir: '/run/precopy/shop': File exists" })),
      options,
    );
    await expect(source.prepare(plan)).rejects.toThrow(InvalidInput);
    await expect(source.prepare(plan)).rejects.toThrow(/another migration of shop is under way on a/);
  });

  it.each([
    ['live\n', 'another migration of shop is under way on a: m0, begun 3 min ago by desk, process 7'],
    [
      '',
      'a migration of shop on a was cut short: m0, begun 3 min ago by desk, process 7 (on the machine where it began: precopy recover m0)',
    ],
  ])('names the controller of the other migration, and whether it still runs (%j)', async (live, message) => {
    const stderr = `migration m0\nowner desk, process 7\nage 200\n${live}`;
    const host = fakeHost('a', () => ({ exitCode: 17, stderr }));
    await expect(runcSource(host, options).prepare(plan)).rejects.toThrow(message);
  });

  it('shows nothing of a note that precopy did not write', async () => {
    const stderr = 'migration m0\nowner \u001b[2Jroot\nage 200\n';
    const host = fakeHost('a', () => ({ exitCode: 17, stderr }));
    await expect(runcSource(host, options).prepare(plan)).rejects.toThrow(/or one was cut short/);
  });

  it('refuses while a profile of the container is taken, whose dirty bits it would clear', async () => {
    const source = runcSource(
      fakeHost('a', () => ({ exitCode: 18, stderr: 'mkdir: File exists' })),
      options,
    );
    await expect(source.prepare(plan)).rejects.toThrow(InvalidInput);
    await expect(source.prepare(plan)).rejects.toThrow(/a profile of shop is being taken on a$/);
  });

  it('reports a host without space as such', async () => {
    const stderr = 'mkdir: No space left on device';
    const source = runcSource(
      fakeHost('a', () => ({ exitCode: 1, stderr })),
      options,
    );
    await expect(source.prepare(plan)).rejects.toThrow(CommandFailed);
    await expect(source.prepare(plan)).rejects.toThrow(stderr);
  });
});

describe('a round', () => {
  it('fails when its pre-dump fails, even if there are statistics', async () => {
    const host = fakeHost('a', () => ({ exitCode: 1, stderr: 'criu failed' }));
    await host.writeFile('/run/precopy/shop/work/1/stats-dump', 'old', 0o600);
    const endpoint = { address: '192.0.2.2', port: 27_700 };
    await expect(runcSource(host, options).preDump(plan, 1, endpoint)).rejects.toThrow(CommandFailed);
  });

  it('that fails thaws the cgroup, which a killed criu leaves frozen', async () => {
    const host = fakeHost('a', ({ argv }) => (argv[0] === 'runc' ? { exitCode: 1 } : {}));
    const round = runcSource(host, options).preDump(plan, 0, { address: '192.0.2.2', port: 27_700 });
    await expect(round).rejects.toThrow(CommandFailed);
    expect(host.commands.at(-1)?.argv.at(-1)).toBe(`/sys/fs/cgroup${plan.container.cgroupPath}`);
    expect(host.commands.at(-1)?.argv.join(' ')).toContain('echo 0 >"$1/cgroup.freeze"');
  });

  it('has the previous round for parent, the first has none', async () => {
    const host = fakeHost('a', () => ({ exitCode: 1 }));
    const endpoint = { address: '192.0.2.2', port: 27_700 };
    for (const round of [0, 3])
      await runcSource(host, options)
        .preDump(plan, round, endpoint)
        .catch(() => {});
    expect(host.commands[0]?.argv).not.toContain('--parent-path');
    const later = host.commands.filter(({ argv }) => argv[0] === 'runc')[1];
    expect(later?.argv).toEqual(expect.arrayContaining(['--parent-path', '../2']));
  });
});

describe('releasing the source', () => {
  const words = ({ commands }: FakeHost): readonly string[] =>
    commands.map(({ argv }) => argv.slice(4).join(' '));

  it('marks a bundle whose container has moved, and unmounts its overlay', async () => {
    const host = fakeHost('a');
    await runcSource(host, options).release(planFor(overlay), true);
    expect(text(host, '/containers/shop/.precopy-moved.json')).toContain('"container":"shop"');
    expect(host.commands[1]?.argv).toEqual(expect.arrayContaining(['/containers/shop/rootfs']));
    expect(words(host).at(-1)).toBe(`/run/precopy/shop ${plan.migration}`);
  });

  it('changes only its own directory when the container stays', async () => {
    const host = fakeHost('a');
    await runcSource(host, options).release(planFor(overlay), false);
    expect([...host.files.keys()]).toEqual([]);
    expect(words(host)).toEqual([`/run/precopy/shop ${plan.migration}`]);
  });
});
