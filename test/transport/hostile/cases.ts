import { execFile } from 'node:child_process';
import { link, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Message } from '../../../criu-proto/index.ts';
import { isList, isMessage } from '../../../criu-proto/message.ts';
import { dockerConfig } from './configurations.ts';
import { credentials, forge, moreMount, mount, set, within, withoutMount } from './forge.ts';
import type { Received } from './received.ts';

/** What a source sends, and what is said of it. */
export interface Case {
  readonly name: string;
  /** Names the one check that refuses it. */
  readonly reason: RegExp;
  readonly tamper: (received: Received) => Promise<unknown>;
  /** Docker's, where the case needs another. */
  readonly config?: object;
}

const run = promisify(execFile);

const bytesAt =
  (name: string, offset: number, bytes: readonly number[]) =>
  async ({ final }: Received): Promise<void> => {
    const content = await readFile(`${final}/${name}`);
    content.set(bytes, offset);
    await writeFile(`${final}/${name}`, content);
  };

const insteadOf =
  (name: string, make: (path: string, received: Received) => Promise<unknown>) =>
  async (received: Received): Promise<void> => {
    const path = `${received.final}/${name}`;
    await rm(path, { force: true });
    await make(path, received);
  };

const files: readonly Case[] = [
  {
    name: 'an absolute link in place of an image',
    reason: /core-1\.img: is a link to \/etc\/passwd/,
    tamper: insteadOf('core-1.img', (path) => symlink('/etc/passwd', path)),
  },
  {
    name: 'a link to a link that leads out, as an image',
    reason: /files\.img: is a link to zchained/,
    tamper: insteadOf('files.img', async (path, { final, surroundings }) => {
      await symlink(`${surroundings}/etc/passwd`, `${final}/zchained`);
      await symlink('zchained', path);
    }),
  },
  {
    name: 'memory that is a link to a device',
    reason: /pages-1\.img: is a link to \/dev\/mem/,
    tamper: insteadOf('pages-1.img', (path) => symlink('/dev/mem', path)),
  },
  {
    name: 'an earlier round that is an absolute path',
    reason: /parent: leads to \/etc, not to a neighbour/,
    tamper: ({ final }) => symlink('/etc', `${final}/parent`),
  },
  {
    name: 'an earlier round above the images',
    reason: /parent: leads to \.\.\/\.\.\/\.\.\/etc, not to a neighbour/,
    tamper: ({ final }) => symlink('../../../etc', `${final}/parent`),
  },
  {
    name: 'an earlier round that is itself a link out',
    reason: /there is no round among the images/,
    tamper: async ({ final, surroundings }) => {
      await symlink(`${surroundings}/etc`, `${final}/../round`);
      await symlink('../round', `${final}/parent`);
    },
  },
  {
    name: 'earlier rounds without end',
    reason: /leads back to final/,
    tamper: async ({ final }) => {
      await mkdir(`${final}/../0`);
      await symlink('../final', `${final}/../0/parent`);
      await symlink('../0', `${final}/parent`);
    },
  },
  {
    name: 'a fifo that would hold up whoever reads it',
    reason: /mm-1\.img: is no regular file but a device/,
    tamper: insteadOf('mm-1.img', (path) => run('mkfifo', [path])),
  },
  {
    name: 'a file that has another name elsewhere',
    reason: /fs-1\.img: is no regular file/,
    tamper: insteadOf('fs-1.img', (path, { surroundings }) => link(`${surroundings}/etc/passwd`, path)),
  },
  {
    name: 'a directory in place of an image',
    reason: /utsns-12\.img: is no regular file but a directory/,
    tamper: insteadOf('utsns-12.img', (path) => mkdir(path)),
  },
  {
    name: 'a configuration for criu',
    reason: /criu\.conf: is no file of criu/,
    tamper: ({ final }) => writeFile(`${final}/criu.conf`, 'action-script /tmp/x\n'),
  },
  {
    name: 'a script for criu',
    reason: /action\.sh: is no file of criu/,
    tamper: ({ final }) => writeFile(`${final}/action.sh`, '#!/bin/sh\n', { mode: 0o755 }),
  },
  {
    name: 'a name of two lines that a shell would run',
    reason: /x\n\$\(touch PWNED\)`touch PWNED`;touch PWNED\.log: is no file of criu/,
    tamper: ({ final }) => writeFile(`${final}/x\n$(touch PWNED)\`touch PWNED\`;touch PWNED.log`, ''),
  },
  {
    name: 'a name that is an option',
    reason: /--checkpoint-action=exec=sh: is no file of criu/,
    tamper: ({ final }) => writeFile(`${final}/--checkpoint-action=exec=sh`, ''),
  },
  {
    name: 'an image under the name of another',
    reason: /mm-1\.img: is an image of type FS, not MM/,
    tamper: async ({ final }) => writeFile(`${final}/mm-1.img`, await readFile(`${final}/fs-1.img`)),
  },
  {
    name: 'no tree of processes',
    reason: /hold no process: pstree\.img/,
    tamper: ({ final }) => rm(`${final}/pstree.img`),
  },
  {
    name: 'no image of a process',
    reason: /core-7\.img: is missing: process 7 is in pstree\.img/,
    tamper: ({ final }) => rm(`${final}/core-7.img`),
  },
  {
    name: 'images of a process that is in no tree',
    reason: /mm-666\.img: is of task 666, which is not in pstree\.img/,
    tamper: async ({ final }) => writeFile(`${final}/mm-666.img`, await readFile(`${final}/mm-7.img`)),
  },
];

const bytes: readonly Case[] = [
  {
    name: 'no magic',
    reason: /core-1\.img: the first magic word is 0xdeadbeef, that of no image/,
    tamper: bytesAt('core-1.img', 0, [0xef, 0xbe, 0xad, 0xde]),
  },
  {
    name: 'the magic of nothing',
    reason: /core-1\.img: the type magic word is 0xdeadbeef, that of no type/,
    tamper: bytesAt('core-1.img', 4, [0xef, 0xbe, 0xad, 0xde]),
  },
  {
    name: 'a message of four gigabytes',
    reason: /files\.img: a message of 4294967295 bytes/,
    tamper: bytesAt('files.img', 8, [0xff, 0xff, 0xff, 0xff]),
  },
  {
    name: 'a pagemap whose head is four gigabytes long',
    reason: /pagemap-1\.img: a message of 4294967280 bytes/,
    tamper: bytesAt('pagemap-1.img', 8, [0xf0, 0xff, 0xff, 0xff]),
  },
  {
    name: 'an image cut in the middle',
    reason: /core-1\.img: a message of \d+ bytes where \d+ remain/,
    tamper: ({ final }) => truncate(`${final}/core-1.img`, 500),
  },
  {
    name: 'an image larger than any',
    reason: /pagemap-1\.img: a pagemap of 1099511627776 bytes/,
    tamper: ({ final }) => truncate(`${final}/pagemap-1.img`, 2 ** 40),
  },
  {
    name: 'a field of a later criu',
    reason: /inventory\.img: has fields that criu up to 4\.2 does not write, of number 99/,
    tamper: set('inventory.img', { '?99': [Buffer.from([0x98, 6, 1])] }),
  },
  {
    name: 'a path with a zero in it, where criu would stop reading',
    reason: /files\.img: has text with a zero byte in it/,
    tamper: forge('files.img', (all) =>
      all.map((file) =>
        isMessage(file['reg']) ? within(file, 'reg', (reg) => ({ ...reg, name: '/bin/sh\0/x' })) : file,
      ),
    ),
  },
  {
    name: 'something else than an archive for a tmpfs',
    reason: /tmpfs-dev-34\.tar\.gz\.img: is no archive/,
    tamper: bytesAt('tmpfs-dev-34.tar.gz.img', 0, [0x23, 0x21]),
  },
];

const pagemap = (at: number, fields: Message): Case['tamper'] => set('pagemap-1.img', fields, at);

const mapping = (fields: Message): Case['tamper'] =>
  forge('mm-1.img', (all) =>
    all.map((mm) => {
      const vmas = mm['vmas'];
      const [first, ...rest] = isList(vmas) ? vmas.filter(isMessage) : [];
      return { ...mm, vmas: [{ ...first, ...fields }, ...rest] };
    }),
  );

const memory: readonly Case[] = [
  {
    name: 'pages outside of every mapping',
    reason: /pagemap-1\.img: the pages from 0x7ffffffff000 to 0x800000000000 are in no mapping/,
    tamper: forge('pagemap-1.img', (all) =>
      all.map((each, index) =>
        index === all.length - 1 ? { ...each, vaddr: 0x7ffffffff000n, compat_nr_pages: 1 } : each,
      ),
    ),
  },
  {
    name: 'pages that overlap',
    reason: /pagemap-1\.img: the entry from .* overlaps or precedes the one before it/,
    tamper: forge('pagemap-1.img', (all) => [...all.slice(0, 2), ...all.slice(1)]),
  },
  {
    name: 'pages out of order',
    reason: /pagemap-1\.img: the entry from 0x1000 .* overlaps or precedes/,
    tamper: pagemap(3, { vaddr: 0x1000n }),
  },
  {
    name: 'more pages than there are addresses',
    reason: /pagemap-1\.img: an entry from 0x[0-9a-f]+ to 0x1[0-9a-f]{15,}/,
    tamper: pagemap(1, { nr_pages: 2n ** 60n }),
  },
  {
    name: 'pages beyond the end of their image',
    reason: /pagemap-1\.img: pages-1\.img has \d+ bytes, not \d+/,
    tamper: ({ final }) => truncate(`${final}/pages-1.img`, 4096),
  },
  {
    name: 'the pages of another process',
    reason: /pagemap-1\.img: pages-2\.img has \d+ bytes, not \d+/,
    tamper: set('pagemap-1.img', { pages_id: 2 }, 0),
  },
  {
    name: 'a run of no pages',
    reason: /pagemap-1\.img: an entry without pages/,
    tamper: pagemap(1, { compat_nr_pages: 0 }),
  },
  {
    name: 'pages where no page begins',
    reason: /pagemap-1\.img: an entry at 0x[0-9a-f]+1, where no page begins/,
    tamper: forge('pagemap-1.img', (all) =>
      all.map((each, index) =>
        index === 1 && typeof each['vaddr'] === 'bigint' ? { ...each, vaddr: each['vaddr'] + 1n } : each,
      ),
    ),
  },
  {
    name: 'pages that are here and elsewhere',
    reason: /pagemap-1\.img: the entry from .* is here and the parent's/,
    tamper: pagemap(1, { flags: 5 }),
  },
  {
    name: 'pages that are nowhere',
    reason: /pagemap-1\.img: the pages from .* are nowhere/,
    tamper: pagemap(1, { flags: 0 }),
  },
  {
    name: 'no image of pages',
    reason: /pagemap-1\.img: pages-1\.img is missing, with \d+ bytes/,
    tamper: ({ final }) => rm(`${final}/pages-1.img`),
  },
  {
    name: 'pages of a round that is not there',
    reason: /are the parent's, and the parent has no such pagemap/,
    tamper: pagemap(1, { flags: 1 }),
  },
  {
    name: 'a mapping of nothing',
    reason: /mm-1\.img: the mapping at 0x[0-9a-f]+ is out of order or empty/,
    tamper: mapping({ end: 0n }),
  },
  {
    name: 'a mapping where no page begins',
    reason: /mm-1\.img: the mapping at 0x401001 is where none can be/,
    tamper: mapping({ start: 0x401001n, end: 0x402000n }),
  },
  {
    name: 'a mapping into a file at an offset that no page has',
    reason: /mm-1\.img: the mapping at 0x[0-9a-f]+ is where none can be/,
    tamper: mapping({ pgoff: 2n ** 64n - 1n }),
  },
];

const tree: readonly Case[] = [
  {
    name: 'a process that is its own ancestor',
    reason: /pstree\.img: process 7 is not below process 1/,
    tamper: set('pstree.img', { ppid: 7 }, 1),
  },
  {
    name: 'a tree without a root',
    reason: /pstree\.img: has 0 processes without a parent/,
    tamper: set('pstree.img', { ppid: 7 }),
  },
  {
    name: 'a second root',
    reason: /pstree\.img: has 2 processes without a parent/,
    tamper: set('pstree.img', { ppid: 0 }),
  },
  {
    name: 'a thread with the number of another process',
    reason: /pstree\.img: there are two tasks 1/,
    tamper: set('pstree.img', { threads: [7, 1] }, 1),
  },
  {
    name: 'a thread with a number that none has',
    reason: /pstree\.img: 4294967295 is the number of no task/,
    tamper: set('pstree.img', { threads: [7, 4294967295] }, 1),
  },
  {
    name: 'a process that is none of its threads',
    reason: /pstree\.img: process 7 is none of its threads/,
    tamper: set('pstree.img', { threads: [8] }, 1),
  },
  {
    name: 'a session that there cannot be',
    reason: /pstree\.img: process 7 has the sid 4294967295/,
    tamper: set('pstree.img', { sid: 4294967295 }, 1),
  },
  {
    name: 'a first process that has ended',
    reason: /pstree\.img: its first process has ended/,
    tamper: forge('core-1.img', (all) =>
      all.map((core) => within(core, 'tc', (task) => ({ ...task, task_state: 2 }))),
    ),
  },
  {
    name: 'a descriptor that leads to nothing',
    reason: /fdinfo-2\.img: file 4711 is not in files\.img/,
    tamper: set('fdinfo-2.img', { id: 4711 }, 0),
  },
  {
    name: 'a descriptor that is there twice',
    reason: /fdinfo-2\.img: descriptor 1 is there twice/,
    tamper: set('fdinfo-2.img', { fd: 1 }, 0),
  },
  {
    name: 'a descriptor with a negative number',
    reason: /fdinfo-2\.img: 4294967295 is the number of no descriptor/,
    tamper: set('fdinfo-2.img', { fd: 4294967295 }, 0),
  },
  {
    name: 'a descriptor of another type than its file',
    reason: /fdinfo-2\.img: descriptor 0 is of type NS, its file/,
    tamper: set('fdinfo-2.img', { type: 'NS' }, 0),
  },
  {
    name: 'a working directory that is nowhere',
    reason: /fs-1\.img: file 4711 is not in files\.img/,
    tamper: set('fs-1.img', { cwd_id: 4711 }),
  },
];

const named = (name: string): Case['tamper'] =>
  forge('files.img', (all) =>
    all.map((file) => (isMessage(file['reg']) ? within(file, 'reg', (reg) => ({ ...reg, name })) : file)),
  );

const controllers = (change: (folder: Message) => Message): Case['tamper'] =>
  forge('cgroup.img', (all) =>
    all.map((each) => ({
      ...each,
      controllers: listed(each['controllers']).map((controller) => ({
        ...controller,
        dirs: listed(controller['dirs']).map(change),
      })),
    })),
  );

const listed = (value: Message[string] | undefined): readonly Message[] =>
  isList(value) ? value.filter(isMessage) : [];

const members = (fields: Message): Case['tamper'] =>
  forge('cgroup.img', (all) =>
    all.map((each) => ({
      ...each,
      sets: listed(each['sets']).map((one) => ({
        ...one,
        ctls: listed(one['ctls']).map((ctl) => ({ ...ctl, ...fields })),
      })),
    })),
  );

const paths: readonly Case[] = [
  {
    name: 'an open file above the root',
    reason: /files\.img: the path of file \d+ leads upwards: "\/\.\.\/\.\.\/etc\/shadow"/,
    tamper: named('/../../etc/shadow'),
  },
  {
    name: 'an open file without a root',
    reason: /files\.img: the path of file \d+ does not begin at the root: "etc\/shadow"/,
    tamper: named('etc/shadow'),
  },
  {
    name: 'an open file with a path longer than any',
    reason: /files\.img: the path of file \d+ has more than 4096 bytes/,
    tamper: named(`/${'x'.repeat(5000)}`),
  },
  {
    name: 'a cgroup above its root',
    reason: /cgroup\.img: the cgroup ".*\.\.\/\.\." leads upwards/,
    tamper: members({ path: '/docker/../..' }),
  },
  {
    name: "another container's cgroup",
    reason: /cgroup\.img: the cgroup "\/docker\/other" is not the container's/,
    tamper: members({ path: '/docker/other', cgns_prefix: 0 }),
  },
  {
    name: 'a cgroup namespace beyond the end of its path',
    reason: /cgroup\.img: the root of a namespace is beyond the end/,
    tamper: members({ cgns_prefix: 4096 }),
  },
  {
    name: "a setting of a cgroup that is the kernel's core pattern",
    reason: /cgroup\.img: a folder of cgroups has no file "\.\.\/\.\.\/.*core_pattern"/,
    tamper: controllers((folder) => ({
      ...folder,
      properties: [{ name: '../../../../proc/sys/kernel/core_pattern', value: '|/tmp/x' }],
    })),
  },
  {
    name: 'a folder of cgroups that leads upwards',
    reason: /cgroup\.img: the folder ".*" leads upwards/,
    tamper: controllers((folder) => ({ ...folder, children: [{ dir_name: '../../..' }] })),
  },
  {
    name: 'a folder of cgroups of the host',
    reason: /cgroup\.img: the folder "\/system\.slice" is not the container's/,
    tamper: controllers((folder) => ({ ...folder, dir_name: 'system.slice' })),
  },
];

/** An image that the checkpoint does not have, of one message. */
const added =
  (name: string, magic: number, type: string, fields: object) =>
  async ({ final }: Received): Promise<void> => {
    const { image, message } = await import('../../criu-proto/image.ts');
    await writeFile(`${final}/${name}`, image([0x54564319, magic], [message(type, fields)]));
  };

const remains: readonly Case[] = [
  {
    name: 'a deleted file that is a disk',
    reason: /ghost-file-1\.img: is a block device/,
    tamper: added('ghost-file-1.img', 0x52583605, 'ghost_file_entry', {
      uid: 0,
      gid: 0,
      mode: 0o060666,
      rdev: 0x800,
    }),
  },
  {
    name: 'a deleted file that nobody has open',
    reason: /remap-fpath\.img: file 4711, which was deleted, is not in files\.img/,
    tamper: added('remap-fpath.img', 0x59133954, 'remap_file_path_entry', {
      orig_id: 4711,
      remap_id: 2,
      remap_type: 0,
    }),
  },
  {
    name: 'a lock of a process that is in no tree',
    reason: /filelocks\.img: process 4711, which locks, is not in pstree\.img/,
    tamper: added('filelocks.img', 0x54323616, 'file_lock_entry', {
      flag: 1,
      type: 1,
      pid: 4711,
      fd: 3,
      start: 0,
      len: 0,
    }),
  },
];

const MS_RDONLY = 1;

const mounts: readonly Case[] = [
  {
    name: 'a mount above the root',
    reason: /the mount at "\/\.\.\/\.\.\/etc" leads upwards/,
    tamper: mount('/data', { mountpoint: '/../../etc' }),
  },
  {
    name: "a mount that shows the host's root",
    reason: /the mount at "\/data" shows "\/\.\.\/\.\.\/\.\.", which leads upwards/,
    tamper: mount('/data', { root: '/../../..' }),
  },
  {
    name: 'a mount that shows what a link in an archive leads to',
    reason: /the mount at "\/data" is tmpfs from "\/link", which the configuration does not name/,
    tamper: mount('/data', { root: '/link' }),
  },
  {
    name: "a mount that shows criu's own root through proc",
    reason: /the mount at "\/proc\/bus" is not the read-only view/,
    tamper: mount('/proc/bus', { root: '/self/root' }),
  },
  {
    name: "an overlay of the host's directories",
    reason: /the mount at "\/mnt" is type 17 from "\/", which the configuration does not name/,
    tamper: moreMount('/data', {
      mountpoint: '/mnt',
      fstype: 17,
      options: 'lowerdir=/,upperdir=/u,workdir=/w',
    }),
  },
  {
    name: "the host's devices",
    reason: /mounts devtmpfs, which belongs to the whole host/,
    tamper: moreMount('/data', { mountpoint: '/mnt', fstype: 3 }),
  },
  {
    name: "interpreters for the host's programs",
    reason: /mounts binfmt_misc, which belongs to the whole host/,
    tamper: moreMount('/data', { mountpoint: '/mnt', fstype: 4 }),
  },
  {
    name: 'interpreters in an image of their own',
    reason: /binfmt-misc-9\.img: would be written to what belongs to the whole host/,
    tamper: ({ final }) =>
      writeFile(`${final}/binfmt-misc-9.img`, Buffer.from([0x19, 0x43, 0x56, 0x54, 0x23, 0x33, 0x34, 0x67])),
  },
  {
    name: 'a second view of all processes, where nothing is masked',
    reason: /the mount at "\/mnt" is proc from "\/", which the configuration does not name/,
    tamper: moreMount('/proc', { mountpoint: '/mnt' }),
  },
  {
    name: "a second view of the host's devices",
    reason: /the mount at "\/mnt" is sysfs from "\/", which the configuration does not name/,
    tamper: moreMount('/sys', { mountpoint: '/mnt' }),
  },
  {
    name: 'another filesystem than the configured one',
    reason: /the mount at "\/dev\/shm" is proc, not tmpfs/,
    tamper: mount('/dev/shm', { fstype: 1 }),
  },
  {
    name: 'a filesystem that may be written to, and should not',
    reason: /the mount at "\/sys" may be written to/,
    tamper: mount('/sys', { flags: 2097167 - MS_RDONLY }),
  },
  {
    name: "the kernel's settings left open",
    reason: /leaves \/proc\/sys open, which the configuration covers/,
    tamper: withoutMount('/proc/sys'),
  },
  {
    name: "the kernel's settings writable",
    reason: /the mount at "\/proc\/sys" is not the read-only view/,
    tamper: mount('/proc/sys', { flags: 2097167 - MS_RDONLY }),
  },
  {
    name: 'a file of the host that nobody named',
    reason: /the mount at "\/etc\/hosts" is the host's "\/etc\/shadow"/,
    tamper: mount('/etc/hosts', { ext_key: '/etc/shadow' }),
  },
  {
    name: 'a mount that a plugin makes',
    reason: /has a mount that a plugin makes/,
    tamper: mount('/data', { with_plugin: true }),
  },
  {
    name: 'a mount below itself',
    reason: /mount 61 is below itself/,
    tamper: mount('/data', { parent_mnt_id: 61 }),
  },
  {
    name: 'two roots',
    reason: /has 2 mounts that are below no other/,
    tamper: mount('/data', { parent_mnt_id: 4711 }),
  },
  {
    name: 'two mounts with one number',
    reason: /has two mounts with one number/,
    tamper: moreMount('/data', { mountpoint: '/mnt', mnt_id: 61 }),
  },
];

const userConfig = {
  ...dockerConfig,
  linux: {
    ...dockerConfig.linux,
    uidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
    gidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
  },
};

const rights: readonly Case[] = [
  ...(['pid', 'net', 'ipc', 'uts', 'mnt', 'cgroup'] as const).map((kind, index) => ({
    name: `a process in the host's namespace (${kind})`,
    reason: new RegExp(
      `ids-1\\.img: the ${['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup'][index]} namespace of this task is the host's`,
    ),
    tamper: forge('ids-1.img', (all) =>
      all.map((ids) => ({
        ...ids,
        [`${kind}_ns_id`]: { pid: 1, net: 2, ipc: 3, uts: 4, mnt: 6, cgroup: 8 }[kind],
      })),
    ),
  })),
  {
    name: "no word on which namespaces are the host's",
    reason: /inventory\.img: does not say which namespaces are the host's/,
    tamper: forge('inventory.img', (all) => all.map(({ root_ids: _, ...rest }) => rest)),
  },
  {
    name: 'all capabilities',
    reason: /core-1\.img: has capabilities that the container does not have: 0x/,
    tamper: credentials({
      cap_eff: [0xffffffff, 0x1ff],
      cap_prm: [0xffffffff, 0x1ff],
      cap_bnd: [0xffffffff, 0x1ff],
    }),
  },
  {
    name: 'a capability to be inherited only',
    reason: /core-1\.img: has capabilities that the container does not have: 0x200000$/,
    tamper: credentials({ cap_inh: [0x200000, 0] }),
  },
  {
    name: 'a user that is none',
    reason: /core-1\.img: has the uid 4294967295/,
    tamper: credentials({ fsuid: 4294967295 }),
  },
  {
    name: 'a group that is none',
    reason: /core-1\.img: has the gid 4294967295/,
    tamper: credentials({ groups: [0, 4294967295] }),
  },
  {
    name: 'a user that the container does not map',
    reason: /core-1\.img: has the uid 100000, which the container does not have/,
    tamper: credentials({ uid: 100_000 }),
    config: userConfig,
  },
  {
    name: 'privileges to be gained',
    reason: /core-1\.img: may gain privileges, which the container may not/,
    tamper: credentials({ no_new_privs: 0 }),
    config: { ...dockerConfig, process: { ...dockerConfig.process, noNewPrivileges: true } },
  },
  {
    name: 'no profile of AppArmor',
    reason: /core-1\.img: has the profile "unconfined", the container "docker-default"/,
    tamper: async () => {},
    config: { ...dockerConfig, process: { ...dockerConfig.process, apparmorProfile: 'docker-default' } },
  },
  {
    name: "users of the host's own",
    reason: /userns-15\.img: maps ids to others of the host/,
    tamper: async ({ final }) => {
      const map = [{ first: 0, lower_first: 0, count: 65_536 }];
      await writeFile(`${final}/userns-15.img`, await userNamespace(map));
    },
    config: userConfig,
  },
];

const userNamespace = async (map: readonly object[]): Promise<Uint8Array> => {
  const { image, message } = await import('../../criu-proto/image.ts');
  return image([0x54564319, 0x55474906], [message('userns_entry', { uid_map: map, gid_map: map })]);
};

const runtimes: readonly Case[] = [
  ...['{', '[]', '["/dev/null","/dev/null"]', '["/dev/null","/dev/null",7]', '["a","b","c"]'].map((text) => ({
    name: `descriptors for runc that are ${text}`,
    reason: /descriptors\.json: (is not JSON|does not say where three descriptors lead)/,
    tamper: ({ final }: Received) => writeFile(`${final}/descriptors.json`, text),
  })),
  {
    name: 'a name for runc to hand its own descriptor to',
    reason: /descriptors\.json: does not say where three descriptors lead/,
    tamper: ({ final }) =>
      writeFile(`${final}/descriptors.json`, '["extRootNetNS pipe:[1]","/dev/null","/dev/null"]'),
  },
  {
    name: 'no descriptors for runc',
    reason: /descriptors\.json: is missing: runc reads it/,
    tamper: ({ final }) => rm(`${final}/descriptors.json`),
  },
  {
    name: 'a configuration that brings its own for criu',
    reason: /config\.json on .* has the annotation org\.criu\.config/,
    tamper: async () => {},
    config: { ...dockerConfig, annotations: { 'org.criu.config': '/data/criu.conf' } },
  },
  {
    name: 'a configuration that is none',
    reason: /config\.json on .* is not JSON/,
    tamper: ({ config }) => writeFile(config, '{'),
  },
  {
    name: 'a configuration of another kind',
    reason: /config\.json on .* is not as expected/,
    tamper: ({ config }) => writeFile(config, '{"mounts":{"destination":"/"}}'),
  },
  {
    name: 'images that may still change',
    reason: /the images of the last dump have not all come/,
    tamper: ({ directory }) => rm(`${directory}/received`),
  },
  {
    name: 'images somewhere else',
    reason: /there is no final among the images/,
    tamper: ({ final, surroundings }) => rename(final, `${surroundings}/elsewhere`),
  },
];

export const cases: readonly Case[] = [
  ...files,
  ...bytes,
  ...memory,
  ...tree,
  ...paths,
  ...remains,
  ...mounts,
  ...rights,
  ...runtimes,
];
