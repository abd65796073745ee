import { writeFile } from 'node:fs/promises';
import { moreMount, mount, withoutMount } from '../forge.ts';
import type { Case } from './case.ts';

const MS_RDONLY = 1;

export const mounts: readonly Case[] = [
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
    name: 'a filesystem of another type than the configured one',
    reason: /the mount at "\/dev\/shm" is proc, not tmpfs/,
    tamper: mount('/dev/shm', { fstype: 1 }),
  },
  {
    name: 'a filesystem that is writable and should not be',
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
    name: 'a file of the host that the configuration does not name',
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
    name: 'two mounts with the same id',
    reason: /has two mounts with one number/,
    tamper: moreMount('/data', { mountpoint: '/mnt', mnt_id: 61 }),
  },
];
