import { readFile, writeFile } from 'node:fs/promises';
import { decodeImage, encodeImage, type Message } from '../../../criu-proto/index.ts';
import { isMessage } from '../../../criu-proto/protobuf/message.ts';
import type { Received } from './received.ts';

export type Change = (message: Message) => Message;

/** Writes an image again with changed messages, with the product's own encoder. */
export const forge =
  (name: string, change: (messages: readonly Message[]) => readonly Message[]) =>
  async ({ final }: Pick<Received, 'final'>): Promise<void> => {
    const path = `${final}/${name}`;
    const { type, entries } = decodeImage(name, await readFile(path));
    const last = entries.at(-1);
    if (last === undefined) throw new Error(`${name} has no entries`);
    const messages = change(entries.map(({ message }) => message));
    const changed = messages.map((message, index) => ({ ...(entries[index] ?? last), message }));
    await writeFile(path, encodeImage({ type, entries: changed }));
  };

/** Replaces fields in all entries of an image, or in the entry at one index. */
export const set = (name: string, fields: Message, at?: number): ReturnType<typeof forge> =>
  forge(name, (messages) =>
    messages.map((message, index) =>
      at === undefined || index === at ? { ...message, ...fields } : message,
    ),
  );

/** Changes a message that is a field of another message. */
export const within = (message: Message, field: string, change: Change): Message => {
  const value = message[field];
  if (!isMessage(value)) throw new Error(`${field} is no message`);
  return { ...message, [field]: change(value) };
};

/** Changes the mount at a mount point. */
export const mount = (point: string, fields: Message): ReturnType<typeof forge> =>
  forge('mountpoints-13.img', (mounts) =>
    mounts.map((each) => (each['mountpoint'] === point ? { ...each, ...fields } : each)),
  );

/** Adds a mount like an existing one, with these fields replaced. */
export const moreMount = (like: string, fields: Message): ReturnType<typeof forge> =>
  forge('mountpoints-13.img', (mounts) => [
    { ...mounts.find((each) => each['mountpoint'] === like), mnt_id: 999, ...fields },
    ...mounts,
  ]);

export const withoutMount = (point: string): ReturnType<typeof forge> =>
  forge('mountpoints-13.img', (mounts) => mounts.filter((each) => each['mountpoint'] !== point));

/** Changes the credentials of the first process: user, groups and capabilities. */
export const credentials = (fields: Message): ReturnType<typeof forge> =>
  forge('core-1.img', (cores) =>
    cores.map((core) =>
      within(core, 'thread_core', (thread) => within(thread, 'creds', (creds) => ({ ...creds, ...fields }))),
    ),
  );
