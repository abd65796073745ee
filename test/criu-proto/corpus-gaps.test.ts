import { expect, it } from 'vitest';
import { guardAreasIn, mappingKindNames, mappingOf, vmasIn } from '../../criu-proto/chain/tasks.ts';
import { imageTypes } from '../../criu-proto/format/image-types.ts';
import { decodeImage, describeName, type Image } from '../../criu-proto/index.ts';
import { corpora, type Files, images } from './corpus.ts';

// What no real image in any corpus shows. A name that gets an example leaves its list; a new name needs an example or a reason.

/** Kinds of mapping. */
const mappingGaps = new Map([
  ['shadow-stack', 'needs a processor with CET, and a program built for it'],
  ['shared', 'criu 3.16 to 4.2 takes anonymous shared memory for a memfd where it may open what is mapped'],
  ['socket', 'a ring of a packet socket: no program of the fixtures maps one'],
  ['stack', 'criu has a bit for it (criu/include/image.h) and never sets it'],
  ['uprobes', 'criu 4.2 with --allow-uprobes only'],
  ['vsyscall', 'criu has a bit for it, and no dump in the lab has set it'],
]);

/** Types of image, but for those of old criu. */
const imageGaps = new Map([
  ['APPARMOR', 'no host of the lab has a profile loaded'],
  ['AUTOFS', 'no mount of autofs'],
  ['BINFMT_MISC', 'no mount of binfmt_misc'],
  ['BPFMAP_DATA', 'no BPF map'],
  ['BPFMAP_FILE', 'no BPF map'],
  ['PIDNS', 'no task has a pid namespace of its own below the root'],
  ['USERNS', 'no user namespace'],
]);

/** Old criu wrote these in files of their own: they are inside files.img, core-*.img and mm-*.img since 3.x. */
const OLD = [
  ...['CREDS', 'EVENTFD_FILE', 'EVENTPOLL_FILE', 'EVENTPOLL_TFD', 'EXT_FILES', 'FANOTIFY_FILE'],
  ...['FANOTIFY_MARK', 'FIFO', 'INETSK', 'INOTIFY_FILE', 'INOTIFY_WD', 'ITIMERS', 'NETLINK_SK'],
  ...['NS_FILES', 'PACKETSK', 'PIDFD', 'PIPES', 'POSIX_TIMERS', 'REG_FILES', 'RLIMIT', 'SIGACT'],
  ...['SIGNAL', 'SIGNALFD', 'TIMERFD', 'TTY_FILES', 'TUNFILE', 'UNIXSK', 'VMAS'],
];

const isImage = (name: string): boolean => describeName(name)?.kind === 'image';

const decoded: readonly Image[] = images
  .filter(({ name }) => isImage(name))
  .map(({ name, bytes }) => decodeImage(name, bytes));

const withoutExample = (all: readonly string[], seen: ReadonlySet<string>): readonly string[] =>
  all.filter((one) => !seen.has(one)).sort();

const mmsOf = (files: Files): readonly Image[] =>
  Object.entries(files).flatMap(([name, { bytes }]) =>
    name.startsWith('mm-') && bytes !== undefined ? [decodeImage(name, bytes)] : [],
  );

it('these kinds of mapping are in no corpus', () => {
  const mms = decoded.filter(({ type }) => type.name === 'MM');
  const vmas = mms.flatMap(({ entries }) => entries.flatMap(({ message }) => vmasIn(message)));
  const seen = new Set<string>(vmas.map((vma) => mappingOf(vma).kind));
  expect(withoutExample(mappingKindNames, seen)).toEqual([...mappingGaps.keys()].sort());
});

it('these types of image are in no corpus', () => {
  const seen = new Set(decoded.map(({ type }) => type.name));
  const names = imageTypes.map(({ name }) => name);
  expect(withoutExample(names, seen)).toEqual([...imageGaps.keys(), ...OLD].sort());
});

it('guard areas are in that of criu 4.2, whose hosts have a kernel with them', () => {
  const guarded = corpora.filter(({ rounds }) =>
    Object.values(rounds).some((files) =>
      mmsOf(files).some(({ entries }) => entries.some(({ message }) => guardAreasIn(message).length > 0)),
    ),
  );
  expect(guarded.map(({ criu }) => criu)).toEqual(['4.2.1']);
});
