import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { killLine, type ProcessId, parseStat } from '../../../transport/host/process-id.ts';

const idOf = (pid: number): ProcessId => {
  const id = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (id === undefined) throw new Error('no process');
  return id;
};

const sh = (line: string): number | null => spawnSync('/bin/sh', ['-c', line]).status;

describe('process id', () => {
  it('finds the start time after any process name', () => {
    const stat = '42 (a) b (c) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 777 8 9 10';
    expect(parseStat(stat)).toEqual({ pid: '42', startTime: '777', state: 'S' });
    expect(parseStat('')).toBeUndefined();
    expect(parseStat('42 (a) S')).toBeUndefined();
  });

  it('does not signal another process with the same pid', async () => {
    const child = spawn('sleep', ['1000']);
    const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    const id = idOf(child.pid ?? 0);
    expect(sh(killLine({ ...id, startTime: `${Number(id.startTime) - 1}` }, 'KILL'))).toBe(0);
    expect(idOf(child.pid ?? 0)).toMatchObject({ pid: id.pid, startTime: id.startTime });
    expect(sh(killLine(id, 'KILL'))).toBe(0);
    expect(await ended).toBe('SIGKILL');
    expect(sh(killLine(id, 'KILL'))).toBe(0);
  });
});
