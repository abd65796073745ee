import { writeFile } from 'node:fs/promises';
import { dockerConfig } from '../configurations.ts';
import { credentials, forge } from '../forge.ts';
import type { Case } from './case.ts';

const userConfig = {
  ...dockerConfig,
  linux: {
    ...dockerConfig.linux,
    uidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
    gidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
  },
};

const userNamespace = async (map: readonly object[]): Promise<Uint8Array> => {
  const { image, message } = await import('../../../criu-proto/image.ts');
  return image([0x54564319, 0x55474906], [message('userns_entry', { uid_map: map, gid_map: map })]);
};

export const rights: readonly Case[] = [
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
    name: "no record of which namespaces are the host's",
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
    name: 'a user id that is not valid',
    reason: /core-1\.img: has the uid 4294967295/,
    tamper: credentials({ fsuid: 4294967295 }),
  },
  {
    name: 'a group id that is not valid',
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
    name: 'a process that may gain privileges',
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
