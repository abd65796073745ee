import { numberIn, textIn } from '../protobuf/fields.ts';
import { isMessage, type Message } from '../protobuf/message.ts';

/** One entry of files.img: what is open, once for all descriptors that lead to it. */
export interface OpenFile {
  readonly id: number;
  /** As in `fd_types`, such as `REG` or `INETSK`. */
  readonly type: string;
  /** The message of its type. */
  readonly detail: Message;
}

export const openFileOf = (entry: Message): OpenFile => ({
  id: numberIn(entry, 'id') ?? 0,
  type: textIn(entry, 'type') ?? 'UND',
  detail: Object.values(entry).find(isMessage) ?? {},
});

/** Files by number. */
export const filesById = (entries: readonly Message[]): ReadonlyMap<number, OpenFile> =>
  new Map(entries.map((entry) => [numberIn(entry, 'id') ?? 0, openFileOf(entry)]));

/** The path of a file that has one. */
export const pathOf = (file: OpenFile | undefined): string | undefined =>
  file?.type === 'REG' ? textIn(file.detail, 'name') : undefined;

export const isConnectedTcp = ({ type, detail }: OpenFile): boolean =>
  type === 'INETSK' && numberIn(detail, 'proto') === 6 && numberIn(detail, 'state') === 1;
