import type { OpenFile } from '../chain/open-files.ts';
import { bigIn, bytesIn, numberIn, numbersIn, textIn } from '../protobuf/fields.ts';
import { decodeText } from '../protobuf/text.ts';

export interface FileSummary {
  readonly id: number;
  /** As in `fd_types`. */
  readonly type: string;
  /** A path, addresses, or what else tells one from another. */
  readonly what: string;
  /** Of a socket whose state says something. */
  readonly state?: string;
  /** Bytes that wait in a unix socket. */
  readonly queued?: number;
}

const tcpStates = [
  '',
  'established',
  'syn-sent',
  'syn-received',
  'fin-wait-1',
  'fin-wait-2',
  'time-wait',
  'closed',
  'close-wait',
  'last-ack',
  'listening',
];

const protocols: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmpv6',
  136: 'udplite',
};

/** Words of an address are its bytes in network order, read as little-endian numbers. */
const addressText = (words: readonly number[]): string => {
  const bytes = words.flatMap((word) => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24]);
  if (words.length === 1) return bytes.join('.');
  const groups = Array.from({ length: bytes.length / 2 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  // An address in a URL is written as short as can be.
  return new URL(`http://[${groups.join(':')}]`).hostname;
};

const endpoint = (file: OpenFile, side: 'src' | 'dst'): string =>
  `${addressText(numbersIn(file.detail, `${side}_addr`))}:${numberIn(file.detail, `${side}_port`)}`;

const inetText = (file: OpenFile): string => {
  const protocol = protocols[numberIn(file.detail, 'proto') ?? 0] ?? 'raw';
  const connected = (numberIn(file.detail, 'dst_port') ?? 0) !== 0;
  return `${protocol} ${endpoint(file, 'src')}${connected ? ` to ${endpoint(file, 'dst')}` : ''}`;
};

const unixText = ({ detail }: OpenFile): string => {
  const name = bytesIn(detail, 'name') ?? new Uint8Array();
  if (name.length === 0) return 'unix, without a name';
  return name[0] === 0
    ? `unix @${decodeText(name.subarray(1))}`
    : `unix ${decodeText(name).replace(/\0+$/, '')}`;
};

const describers: Readonly<Record<string, (file: OpenFile) => string>> = {
  REG: ({ detail }) => textIn(detail, 'name') ?? '',
  PIPE: ({ detail }) => `pipe ${numberIn(detail, 'pipe_id')}`,
  FIFO: ({ detail }) => `fifo ${numberIn(detail, 'pipe_id')}`,
  INETSK: inetText,
  UNIXSK: unixText,
  NETLINKSK: ({ detail }) => `netlink, protocol ${numberIn(detail, 'protocol')}`,
  PACKETSK: ({ detail }) => `packets of interface ${numberIn(detail, 'ifindex')}`,
  EVENTFD: ({ detail }) => `eventfd with ${bigIn(detail, 'counter')}`,
  EVENTPOLL: () => 'epoll',
  SIGNALFD: () => 'signalfd',
  TIMERFD: ({ detail }) => `timerfd of clock ${numberIn(detail, 'clockid')}`,
  INOTIFY: () => 'inotify',
  FANOTIFY: () => 'fanotify',
  TTY: ({ detail }) => `terminal ${numberIn(detail, 'tty_info_id')}`,
  NS: ({ detail }) => `namespace ${numberIn(detail, 'ns_id')}`,
  TUNF: ({ detail }) => `tun ${textIn(detail, 'netdev') ?? ''}`,
  MEMFD: ({ detail }) => `memfd ${numberIn(detail, 'inode_id')}`,
  PIDFD: ({ detail }) => `pidfd of ${numberIn(detail, 'nspid')}`,
};

export const isSocket = ({ type }: { readonly type: string }): boolean => type.endsWith('SK');

export const describeFile = (file: OpenFile, queued: ReadonlyMap<number, number>): FileSummary => {
  const { id, type, detail } = file;
  const what = describers[type]?.(file) ?? type.toLowerCase();
  const state =
    type === 'INETSK' && numberIn(detail, 'proto') === 6
      ? tcpStates[numberIn(detail, 'state') ?? 0]
      : undefined;
  const waiting = type === 'UNIXSK' ? queued.get(id) : undefined;
  return {
    id,
    type,
    what,
    ...(state === undefined ? {} : { state }),
    ...(waiting === undefined ? {} : { queued: waiting }),
  };
};
