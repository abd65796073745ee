import { execFile } from 'node:child_process';
import { link, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { child } from '../child.ts';
import type { Received } from '../received.ts';
import type { Case } from './case.ts';

const run = promisify(execFile);

const insteadOf =
  (name: string, make: (path: string, received: Received) => Promise<unknown>) =>
  async (received: Received): Promise<void> => {
    const path = `${received.final}/${name}`;
    await rm(path, { force: true });
    await make(path, received);
  };

export const files: readonly Case[] = [
  {
    name: 'an absolute link in place of an image',
    reason: /core-1\.img: is a link to \/etc\/passwd/,
    tamper: insteadOf('core-1.img', (path) => symlink('/etc/passwd', path)),
  },
  {
    name: 'an image that is a link to a link that leads outside',
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
    name: 'an earlier round that is a link to the outside',
    reason: /have no directory round/,
    tamper: async ({ final, surroundings }) => {
      await symlink(`${surroundings}/etc`, `${final}/../round`);
      await symlink('../round', `${final}/parent`);
    },
  },
  {
    name: 'an endless chain of earlier rounds',
    reason: /leads back to final/,
    tamper: async ({ final }) => {
      await mkdir(`${final}/../0`);
      await symlink('../final', `${final}/../0/parent`);
      await symlink('../0', `${final}/parent`);
    },
  },
  {
    name: 'a fifo that would block its reader',
    reason: /mm-1\.img: is no regular file but a device/,
    tamper: insteadOf('mm-1.img', (path) => run('mkfifo', [path])),
  },
  {
    name: 'a file with a hard link elsewhere',
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
    reason: new RegExp(`core-${child}\\.img: is missing: process ${child} is in pstree\\.img`),
    tamper: ({ final }) => rm(`${final}/core-${child}.img`),
  },
  {
    name: 'images of a process that is in no tree',
    reason: /mm-666\.img: is of task 666, which is not in pstree\.img/,
    tamper: async ({ final }) => writeFile(`${final}/mm-666.img`, await readFile(`${final}/mm-${child}.img`)),
  },
];
