import { describe, expect, it } from 'vitest';
import type { SourceStanding } from '../../../engine/model/recovery.ts';
import type { CommandOutput } from '../../../engine/ports/host.ts';
import { readSourceAfterCrash } from '../../../transport/runc/source-after-crash.ts';
import { container } from '../../fakes/facts.ts';
import { fakeHost } from '../../fakes/fake-host.ts';
import { planFor } from '../plan.ts';

const rootfs = { kind: 'directory', path: '/containers/shop/rootfs' } as const;
const plan = planFor(rootfs);

interface Answers {
  readonly directory?: string;
  readonly process?: string;
  readonly runc?: Partial<CommandOutput>;
  readonly paused?: boolean;
}
const ownDirectory = `migration ${plan.migration}\n`;
const alive = 'boot b007\nprocess alive\n';
const gone = 'boot b007\nprocess gone\n';
const none = { exitCode: 1, stderr: 'container does not exist' };
const anotherRuns = {
  stdout: JSON.stringify({ id: 'shop', pid: 99, status: 'running', bundle: '/x', rootfs: '/x/rootfs' }),
};

const stateAfter = ({
  directory = ownDirectory,
  process = gone,
  runc = none,
  paused = false,
}: Answers): Promise<SourceStanding> => {
  const host = fakeHost('a', ({ argv }) => {
    if (argv[0] === 'runc') return runc;
    return { stdout: argv[3] === 'precopy-migration-facts' ? directory : process };
  });
  const facts = container({ rootfs, state: paused ? 'paused' : 'running' });
  return readSourceAfterCrash(host, '/run/runc', { ...plan, container: facts });
};

describe('the source after a crash', () => {
  it.each<readonly [SourceStanding, string, Answers]>([
    ['runs', 'the process is there', { process: alive }],
    ['runs', 'the process is there and all was cleaned up', { process: alive, directory: '' }],
    ['runs', 'the container was paused before', { process: `${alive}held\n`, paused: true }],
    ['frozen', 'the process is traced, or its cgroup is frozen', { process: `${alive}held\n` }],
    [
      'frozen',
      'the keeper is still at work',
      { process: alive, directory: `${ownDirectory}process final-dump 12\n` },
    ],
    [
      'frozen',
      'a round is under way',
      { process: alive, directory: `${ownDirectory}process checkpoint 12\n` },
    ],
    ['frozen', 'the process is dying', { process: 'boot b007\nprocess dying\n' }],
    ['dead', 'the verdict killed the process', { directory: `${ownDirectory}mark killed\n` }],
    ['gone', 'all was cleaned up', { directory: '' }],
    ['ended', 'the process is gone, and nothing noted a kill', { directory: ownDirectory }],
    ['ended', 'the process is gone without a verdict', {}],
    ['rebooted', 'the host was started again', { process: 'boot b008\nprocess gone\n', directory: '' }],
    ['rebooted', 'another process has its number since a reboot', { process: 'boot b008\nprocess alive\n' }],
    ['anew', 'runc runs a new container of that id', { runc: anotherRuns }],
    [
      'anew',
      'runc runs a new container since a reboot',
      { process: 'boot b008\nprocess gone\n', runc: anotherRuns },
    ],
    ['taken', 'the directory belongs to another migration', { directory: 'migration m2\n', process: alive }],
    ['taken', 'the directory names no migration', { directory: 'migration \n', process: alive }],
  ])('%s: %s', async (expected, _, answers) => {
    expect(await stateAfter(answers)).toBe(expected);
  });

  it('is unknown where the host does not answer', async () => {
    await expect(stateAfter({ process: '' })).rejects.toThrow(/printed no facts of process 4711/);
    await expect(stateAfter({ runc: { exitCode: 1, stderr: 'out of memory' } })).rejects.toThrow();
  });
});
