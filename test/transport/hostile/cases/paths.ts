import type { Message } from '../../../../criu-proto/index.ts';
import { isList, isMessage } from '../../../../criu-proto/protobuf/message.ts';
import { forge, within } from '../forge.ts';
import type { Case } from './case.ts';

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

export const paths: readonly Case[] = [
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
