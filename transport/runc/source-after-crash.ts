import { CommandFailed } from '../../engine/model/errors.ts';
import type { ContainerFacts } from '../../engine/model/facts.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { SourceStanding } from '../../engine/model/recovery.ts';
import { millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { isAtWork, type MigrationFacts, readMigrationFacts } from '../keeper/migration-facts.ts';
import { type RuncState, readState } from './state.ts';

/** Milliseconds until a host has to answer. */
const ANSWER_TIMEOUT = 20_000;

/** Reads what became of the very process that the migration was to move. */
export const readSourceAfterCrash = async (
  host: Host,
  runcRoot: string,
  plan: Plan,
): Promise<SourceStanding> => {
  const facts = await readMigrationFacts(host, plan.sourceDirectory);
  if (facts.migration !== undefined && facts.migration !== plan.migration) return 'taken';
  const process = await readProcess(host, plan.container);
  if (process.state === 'gone') {
    const other = await readRunningState(host, runcRoot, plan.container.id);
    if (other !== undefined) return 'anew';
    return process.boot === plan.container.begun.boot ? howProcessEnded(facts) : 'rebooted';
  }
  const atWork = isAtWork(facts, 'final-dump', 'source-hold', 'checkpoint');
  // A container that was paused before the migration counts as running.
  const isStopped = process.isStopped && plan.container.state !== 'paused';
  return atWork || isStopped || process.state === 'dying' ? 'frozen' : 'runs';
};

/**
 * The hold script of the final dump notes `killed` just before it kills the processes. A verdict alone may not
 * have been carried out. A missing directory proves nothing, because a roll-back removes the directory too.
 */
const howProcessEnded = ({ migration, notes }: MigrationFacts): 'dead' | 'ended' | 'gone' => {
  if (migration === undefined) return 'gone';
  return notes.has('killed') ? 'dead' : 'ended';
};

/** Returns runc's state of the container, or undefined when the container does not run. */
export const readRunningState = async (
  host: Host,
  runcRoot: string,
  id: string,
): Promise<RuncState | undefined> => {
  const state = await readState(host, runcRoot, id, AbortSignal.timeout(ANSWER_TIMEOUT));
  return state === undefined || state.status === 'stopped' ? undefined : state;
};

interface ProcessFacts {
  readonly state: 'alive' | 'dying' | 'gone';
  /** Whether the process is traced, or its cgroup is frozen. */
  readonly isStopped: boolean;
  readonly boot: string;
}

const readProcess = async (host: Host, { pid, begun, cgroupPath }: ContainerFacts): Promise<ProcessFacts> => {
  const argv = scriptArgv('process-facts', pid, begun.startTime, cgroupPath);
  const { stdout } = await host.run({ argv, timeout: millis(ANSWER_TIMEOUT) });
  const boot = /^boot (.+)$/m.exec(stdout)?.[1];
  const state = /^process (alive|dying|gone)$/m.exec(stdout)?.[1];
  if (boot === undefined || (state !== 'alive' && state !== 'dying' && state !== 'gone')) {
    throw new CommandFailed({
      host: host.name,
      argv: ['process-facts.sh'],
      exitCode: 0,
      stderr: '',
      reason: `printed no facts of process ${pid}`,
    });
  }
  const same = boot === begun.boot;
  return { state: same ? state : 'gone', isStopped: /^held$/m.test(stdout), boot };
};
