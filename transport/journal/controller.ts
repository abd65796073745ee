import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Controller, ControllerState } from '../../engine/model/journal.ts';
import { parseStat } from '../host/process-id.ts';

const bootOf = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Returns the start time of a process, or undefined when the process does not exist, or is a zombie. */
const startTimeOf = (pid: number): string | undefined => {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return stat === undefined || /[ZX]/.test(stat.state) ? undefined : stat.startTime;
  } catch {
    return undefined;
  }
};

/** Returns this process as a controller. Throws without /proc. */
export const thisController = (): Controller => {
  const startTime = startTimeOf(process.pid);
  if (startTime === undefined) throw new Error('/proc does not show when this process started');
  return { host: hostname(), pid: process.pid, startTime, boot: bootOf() };
};

/** Returns whether the controller still runs. A later process with the same number does not count. */
export const controllerStateOf = ({ host, pid, startTime, boot }: Controller): ControllerState => {
  if (host !== hostname()) return 'elsewhere';
  return boot === bootOf() && startTimeOf(pid) === startTime ? 'alive' : 'gone';
};

/** Asks the controller to roll back, as Ctrl-C does. Returns false when the controller is gone. */
export const interruptController = (controller: Controller): boolean => {
  if (controllerStateOf(controller) !== 'alive') return false;
  try {
    return process.kill(controller.pid, 'SIGINT');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
};
