import { describe, expect, it } from 'vitest';
import type { SourceStanding } from '../../../engine/model/recovery.ts';
import type { CommandOutput } from '../../../engine/ports/host.ts';
import { sourceStanding } from '../../../transport/runc/standing.ts';
import { container } from '../../fakes/facts.ts';
import { fakeHost } from '../../fakes/fake-host.ts';
import { planFor } from '../plan.ts';

const rootfs = { kind: 'directory', path: '/containers/shop/rootfs' } as const;
const plan = planFor(rootfs);

interface Told {
  readonly directory?: string;
  readonly process?: string;
  readonly runc?: Partial<CommandOutput>;
  readonly paused?: boolean;
}
const ours = `migration ${plan.migration}\n`;
const alive = 'boot b007\nprocess alive\n';
const gone = 'boot b007\nprocess gone\n';
const none = { exitCode: 1, stderr: 'container does not exist' };
const another = {
  stdout: JSON.stringify({ id: 'shop', pid: 99, status: 'running', bundle: '/x', rootfs: '/x/rootfs' }),
};

const standing = ({
  directory = ours,
  process = gone,
  runc = none,
  paused = false,
}: Told): Promise<SourceStanding> => {
  const host = fakeHost('a', ({ argv }) => {
    if (argv[0] === 'runc') return runc;
    return { stdout: argv[3] === 'precopy-migration-facts' ? directory : process };
  });
  const facts = container({ rootfs, state: paused ? 'paused' : 'running' });
  return sourceStanding(host, '/run/runc', { ...plan, container: facts });
};

describe('how the source stands after a crash', () => {
  it.each<readonly [SourceStanding, string, Told]>([
    ['runs', 'the process is there', { process: alive }],
    ['runs', 'it is there and all was cleaned up', { process: alive, directory: '' }],
    ['runs', 'it was paused before', { process: `${alive}held\n`, paused: true }],
    ['frozen', 'somebody traces it, or its cgroup is frozen', { process: `${alive}held\n` }],
    [
      'frozen',
      'the keeper is still at work',
      { process: alive, directory: `${ours}process final-dump 12\n` },
    ],
    ['frozen', 'a round is under way', { process: alive, directory: `${ours}process checkpoint 12\n` }],
    ['frozen', 'it is dying', { process: 'boot b007\nprocess dying\n' }],
    ['dead', 'it was killed by the verdict', { directory: `${ours}mark killed\n` }],
    ['gone', 'all was cleaned up', { directory: '' }],
    ['ended', 'it was thawed, and is gone', { directory: ours }],
    ['ended', 'it is gone without a verdict', {}],
    ['rebooted', 'the host was started again', { process: 'boot b008\nprocess gone\n', directory: '' }],
    ['rebooted', 'another process has its number since', { process: 'boot b008\nprocess alive\n' }],
    ['anew', 'another one runs', { runc: another }],
    ['anew', 'another one runs since a reboot', { process: 'boot b008\nprocess gone\n', runc: another }],
    ['taken', 'another migration has it', { directory: 'migration m2\n', process: alive }],
    ['taken', 'nobody noted whose directory it is', { directory: 'migration \n', process: alive }],
  ])('%s: %s', async (expected, _, told) => {
    expect(await standing(told)).toBe(expected);
  });

  it('is not told where nobody can tell', async () => {
    await expect(standing({ process: '' })).rejects.toThrow(/does not tell of process 4711/);
    await expect(standing({ runc: { exitCode: 1, stderr: 'out of memory' } })).rejects.toThrow();
  });
});
