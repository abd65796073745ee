import { CommandFailed } from '../../engine/model/errors.ts';
import type { ContainerFacts } from '../../engine/model/facts.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { SourceStanding } from '../../engine/model/recovery.ts';
import { millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { isAtWork, type MigrationFacts, readMigrationFacts } from '../keeper/migration-facts.ts';
import { type RuncState, readState } from './state.ts';

const TELLING = 20_000;

/** How the very process stands that was to move, and what has become of it. */
export const sourceStanding = async (host: Host, runcRoot: string, plan: Plan): Promise<SourceStanding> => {
  const facts = await readMigrationFacts(host, plan.sourceDirectory);
  if (facts.migration !== undefined && facts.migration !== plan.migration) return 'taken';
  const process = await readProcess(host, plan.container);
  if (process.state === 'gone') {
    const other = await runningState(host, runcRoot, plan.container.id);
    if (other !== undefined) return 'anew';
    return process.boot === plan.container.begun.boot ? howItWent(facts) : 'rebooted';
  }
  const atWork = isAtWork(facts, 'final-dump', 'source-hold', 'checkpoint');
  // A container that was paused before is left so.
  const held = process.held && plan.container.state !== 'paused';
  return atWork || held || process.state === 'dying' ? 'frozen' : 'runs';
};

/**
 * The hold of the final dump notes that it kills the processes, just before it does. A verdict alone may not have been carried out, and a
 * directory that is not there says nothing: a roll-back removes it as well.
 */
const howItWent = ({ migration, notes }: MigrationFacts): 'dead' | 'ended' | 'gone' => {
  if (migration === undefined) return 'gone';
  return notes.has('killed') ? 'dead' : 'ended';
};

/** The container's state as runc tells it, if it runs at all. */
export const runningState = async (
  host: Host,
  runcRoot: string,
  id: string,
): Promise<RuncState | undefined> => {
  const state = await readState(host, runcRoot, id, AbortSignal.timeout(TELLING));
  return state === undefined || state.status === 'stopped' ? undefined : state;
};

interface ProcessFacts {
  readonly state: 'alive' | 'dying' | 'gone';
  /** Somebody traces it, or its cgroup is frozen. */
  readonly held: boolean;
  readonly boot: string;
}

const readProcess = async (host: Host, { pid, begun, cgroupPath }: ContainerFacts): Promise<ProcessFacts> => {
  const argv = scriptArgv('process-facts', pid, begun.startTime, cgroupPath);
  const { stdout } = await host.run({ argv, timeout: millis(TELLING) });
  const boot = /^boot (.+)$/m.exec(stdout)?.[1];
  const state = /^process (alive|dying|gone)$/m.exec(stdout)?.[1];
  if (boot === undefined || (state !== 'alive' && state !== 'dying' && state !== 'gone')) {
    throw new CommandFailed({
      host: host.name,
      argv: ['process-facts.sh'],
      exitCode: 0,
      stderr: '',
      reason: `does not tell of process ${pid}`,
    });
  }
  const same = boot === begun.boot;
  return { state: same ? state : 'gone', held: /^held$/m.test(stdout), boot };
};
