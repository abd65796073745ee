import { writeFile } from 'node:fs/promises';
import type { Received } from '../received.ts';
import type { Case } from './case.ts';

/** Adds an image of one message that the checkpoint does not have. */
const added =
  (name: string, magic: number, type: string, fields: object) =>
  async ({ final }: Received): Promise<void> => {
    const { image, message } = await import('../../../criu-proto/image.ts');
    await writeFile(`${final}/${name}`, image([0x54564319, magic], [message(type, fields)]));
  };

export const remains: readonly Case[] = [
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
    name: 'a deleted file that no process has open',
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
