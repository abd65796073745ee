import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Controller, ControllerState } from '../../engine/model/journal.ts';
import { parseStat } from '../host/process-id.ts';

const bootOf = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** When the process with this number started; nothing if there is none, or only what is left of a dead one. */
const startTimeOf = (pid: number): string | undefined => {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return stat === undefined || /[ZX]/.test(stat.state) ? undefined : stat.startTime;
  } catch {
    return undefined;
  }
};

/** This very process. Throws where there is no /proc. */
export const thisController = (): Controller => {
  const startTime = startTimeOf(process.pid);
  if (startTime === undefined) throw new Error('/proc does not tell when this process started');
  return { host: hostname(), pid: process.pid, startTime, boot: bootOf() };
};

/** Does that process still run? One that got its number later does not count. */
export const stateOf = ({ host, pid, startTime, boot }: Controller): ControllerState => {
  if (host !== hostname()) return 'elsewhere';
  return boot === bootOf() && startTimeOf(pid) === startTime ? 'alive' : 'gone';
};

/** Asks it for the way back, as Ctrl-C does; `false`: it is gone. */
export const interrupt = (controller: Controller): boolean => {
  if (stateOf(controller) !== 'alive') return false;
  try {
    return process.kill(controller.pid, 'SIGINT');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
};
