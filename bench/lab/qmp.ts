import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { LabError } from './lab-error.ts';
import { isAlive, type ProcessIdentity } from './processes.ts';

const reply = z.union([
  z.object({ return: z.unknown() }),
  z.object({ error: z.object({ desc: z.string() }) }),
]);

/** A conversation with one qemu. */
export interface Qmp {
  execute(command: string, args?: object): Promise<unknown>;
  close(): void;
}

/** Connects to the control socket of a qemu that has just been started, which takes a moment to appear. */
export const openQmp = async (path: string, qemu: ProcessIdentity, signal?: AbortSignal): Promise<Qmp> => {
  const socket = await connectSoon(path, qemu, signal);
  const lines = linesOf(socket);

  const nextReply = async (): Promise<z.infer<typeof reply>> => {
    for (;;) {
      const { done, value } = await lines.next();
      if (done === true) throw new LabError('qemu has ended: the host is off');
      // Events and the greeting come on the same connection.
      const parsed = reply.safeParse(JSON.parse(value));
      if (parsed.success) return parsed.data;
    }
  };
  const execute = async (command: string, args: object = {}): Promise<unknown> => {
    socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    const answer = await nextReply();
    if ('error' in answer) throw new LabError(`qemu refused ${command}: ${answer.error.desc}`);
    return answer.return;
  };

  await execute('qmp_capabilities');
  return { execute, close: () => socket.destroy() };
};

/** Ends when the connection does, whichever way. */
async function* linesOf(socket: Socket): AsyncGenerator<string, void> {
  let rest = '';
  try {
    for await (const chunk of socket) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines.filter((line) => line.trim() !== '');
    }
  } catch {}
}

const connectSoon = async (path: string, qemu: ProcessIdentity, signal?: AbortSignal): Promise<Socket> => {
  const deadline = Date.now() + 15_000;
  for (;;) {
    try {
      return await connectTo(path);
    } catch (cause) {
      if (!(await isAlive(qemu))) throw new LabError('qemu has ended: the host is off', { cause });
      if (Date.now() > deadline) throw new LabError(`qemu does not answer at ${path}`, { cause });
      await sleep(50, undefined, { signal });
    }
  }
};

const connectTo = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.setEncoding('utf8');
      // A lost connection shows as the end of its lines.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
