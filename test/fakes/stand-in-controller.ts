import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { MigrationEvent } from '../../engine/model/event.ts';
import type { Controller } from '../../engine/model/journal.ts';
import { parseStat } from '../../transport/host/process-id.ts';
import { thisController } from '../../transport/journal/controller.ts';

export interface StandIn {
  readonly controller: Controller;
  /** From now on: when it is interrupted, it writes these events and ends. */
  onInterruption(path: string, events: readonly MigrationEvent[]): Promise<void>;
  readonly interruptions: () => number;
  end(): Promise<void>;
}

const program = `
let answer;
process.on('SIGINT', async () => {
  console.log('interrupted');
  if (!answer) return;
  for (const event of answer.events) {
    require('node:fs').appendFileSync(answer.path, JSON.stringify(event) + '\\n');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  process.exit();
});
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  answer = JSON.parse(line);
  console.log('told');
});
console.log('ready');
`;

/** A process in the place of a controller. */
export const standInController = async (): Promise<StandIn> => {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  const startTime = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.startTime ?? '';
  return {
    controller: { ...thisController(), pid, startTime },
    onInterruption: async (path, events) => {
      child.stdin.write(`${JSON.stringify({ path, events })}\n`);
      await once(child.stdout, 'data');
    },
    interruptions: () => said.split('interrupted').length - 1,
    end: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
};
