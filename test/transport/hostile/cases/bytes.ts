import { readFile, truncate, writeFile } from 'node:fs/promises';
import { isMessage } from '../../../../criu-proto/protobuf/message.ts';
import { forge, set, within } from '../forge.ts';
import type { Received } from '../received.ts';
import type { Case } from './case.ts';

const bytesAt =
  (name: string, offset: number, bytes: readonly number[]) =>
  async ({ final }: Received): Promise<void> => {
    const content = await readFile(`${final}/${name}`);
    content.set(bytes, offset);
    await writeFile(`${final}/${name}`, content);
  };

export const bytes: readonly Case[] = [
  {
    name: 'an image without its magic number',
    reason: /core-1\.img: the first magic word is 0xdeadbeef, that of no image/,
    tamper: bytesAt('core-1.img', 0, [0xef, 0xbe, 0xad, 0xde]),
  },
  {
    name: 'an unknown magic number',
    reason: /core-1\.img: the type magic word is 0xdeadbeef, that of no type/,
    tamper: bytesAt('core-1.img', 4, [0xef, 0xbe, 0xad, 0xde]),
  },
  {
    name: 'a message of four gigabytes',
    reason: /files\.img: a message of 4294967295 bytes/,
    tamper: bytesAt('files.img', 8, [0xff, 0xff, 0xff, 0xff]),
  },
  {
    name: 'a pagemap with a header of four gigabytes',
    reason: /pagemap-1\.img: a message of 4294967280 bytes/,
    tamper: bytesAt('pagemap-1.img', 8, [0xf0, 0xff, 0xff, 0xff]),
  },
  {
    name: 'an image cut in the middle',
    reason: /core-1\.img: a message of \d+ bytes where \d+ remain/,
    tamper: ({ final }) => truncate(`${final}/core-1.img`, 500),
  },
  {
    name: 'an image above the size limit',
    reason: /pagemap-1\.img: a pagemap of 1099511627776 bytes/,
    tamper: ({ final }) => truncate(`${final}/pagemap-1.img`, 2 ** 40),
  },
  {
    name: 'a field of a later criu',
    reason: /inventory\.img: has fields that criu up to 4\.2 does not write, of number 99/,
    tamper: set('inventory.img', { '?99': [Buffer.from([0x98, 6, 1])] }),
  },
  {
    name: 'a path with a NUL byte, where criu would stop reading',
    reason: /files\.img: has text with a zero byte in it/,
    tamper: forge('files.img', (all) =>
      all.map((file) =>
        isMessage(file['reg']) ? within(file, 'reg', (reg) => ({ ...reg, name: '/bin/sh\0/x' })) : file,
      ),
    ),
  },
  {
    name: 'content of a tmpfs that is not an archive',
    reason: /tmpfs-dev-34\.tar\.gz\.img: is no archive/,
    tamper: bytesAt('tmpfs-dev-34.tar.gz.img', 0, [0x23, 0x21]),
  },
];
