import { child } from '../child.ts';
import { forge, set, within } from '../forge.ts';
import type { Case } from './case.ts';

export const tree: readonly Case[] = [
  {
    name: 'a process that is its own ancestor',
    reason: new RegExp(`pstree\\.img: process ${child} is not below process 1`),
    tamper: set('pstree.img', { ppid: child }, 1),
  },
  {
    name: 'a tree without a root',
    reason: /pstree\.img: has 0 processes without a parent/,
    tamper: set('pstree.img', { ppid: child }),
  },
  {
    name: 'a second root',
    reason: /pstree\.img: has 2 processes without a parent/,
    tamper: set('pstree.img', { ppid: 0 }),
  },
  {
    name: 'a thread with the number of another process',
    reason: /pstree\.img: there are two tasks 1/,
    tamper: set('pstree.img', { threads: [child, 1] }, 1),
  },
  {
    name: 'a thread with an impossible id',
    reason: /pstree\.img: 4294967295 is the number of no task/,
    tamper: set('pstree.img', { threads: [child, 4294967295] }, 1),
  },
  {
    name: 'a process that is not among its threads',
    reason: new RegExp(`pstree\\.img: process ${child} is none of its threads`),
    tamper: set('pstree.img', { threads: [child + 1] }, 1),
  },
  {
    name: 'an impossible session',
    reason: new RegExp(`pstree\\.img: process ${child} has the sid 4294967295`),
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
    name: 'a descriptor that occurs twice',
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
    name: 'a working directory that is not among the files',
    reason: /fs-1\.img: file 4711 is not in files\.img/,
    tamper: set('fs-1.img', { cwd_id: 4711 }),
  },
];
