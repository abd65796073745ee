import { z } from 'zod';
import type { ConfinedMount, Confinement, IdRange, NamespaceKind } from '../../criu-proto/index.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import { parseJson } from '../door/json.ts';

interface Mount {
  readonly destination: string;
  readonly type?: string | undefined;
  readonly options?: readonly string[] | undefined;
}

interface Mapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

/** The part of an OCI `config.json` that confines a container. */
interface OciConfig {
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly process?:
    | {
        readonly capabilities?: Readonly<Record<string, readonly string[]>> | undefined;
        readonly noNewPrivileges?: boolean | undefined;
        readonly apparmorProfile?: string | undefined;
      }
    | undefined;
  readonly mounts?: readonly Mount[] | undefined;
  readonly linux?:
    | {
        readonly namespaces?: readonly { readonly type: NamespaceKind }[] | undefined;
        readonly uidMappings?: readonly Mapping[] | undefined;
        readonly gidMappings?: readonly Mapping[] | undefined;
        readonly devices?: readonly { readonly path: string }[] | undefined;
        readonly maskedPaths?: readonly string[] | undefined;
        readonly readonlyPaths?: readonly string[] | undefined;
      }
    | undefined;
}

const namespaceKinds = ['pid', 'network', 'ipc', 'uts', 'mount', 'user', 'cgroup', 'time'] as const;
const strings = z.array(z.string());
const mappings = z.array(z.object({ containerID: z.number(), hostID: z.number(), size: z.number() }));

const Config: z.ZodType<OciConfig> = z.object({
  annotations: z.record(z.string(), z.string()).optional(),
  process: z
    .object({
      capabilities: z.record(z.string(), strings).optional(),
      noNewPrivileges: z.boolean().optional(),
      apparmorProfile: z.string().optional(),
    })
    .optional(),
  mounts: z
    .array(z.object({ destination: z.string(), type: z.string().optional(), options: strings.optional() }))
    .optional(),
  linux: z
    .object({
      namespaces: z.array(z.object({ type: z.enum(namespaceKinds) })).optional(),
      uidMappings: mappings.optional(),
      gidMappings: mappings.optional(),
      devices: z.array(z.object({ path: z.string() })).optional(),
      maskedPaths: strings.optional(),
      readonlyPaths: strings.optional(),
    })
    .optional(),
});

/** Linux capabilities, in the order of their bits. */
const capabilities: readonly string[] =
  `chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap
  linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot
  sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write
  audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf
  checkpoint_restore`.split(/\s+/);

const bitOf = (name: string): bigint => {
  const bit = capabilities.indexOf(name.replace(/^CAP_/i, '').toLowerCase());
  return bit < 0 ? 0n : 1n << BigInt(bit);
};

/** Devices of every container. In a user namespace they are mounts: no process there may make a device. */
const defaultDevices = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'console'].map(
  (name) => `/dev/${name}`,
);

const mountOf = ({ destination, type = 'bind', options = [] }: Mount): ConfinedMount => ({
  destination,
  type: options.includes('bind') || options.includes('rbind') ? 'bind' : type,
  readOnly: options.findLast((option) => option === 'ro' || option === 'rw') === 'ro',
});

const rangesOf = (all: readonly Mapping[] = []): readonly IdRange[] =>
  all.map(({ containerID, hostID, size }) => ({ first: containerID, host: hostID, count: size }));

/**
 * With this annotation runc passes a configuration to criu, which may name scripts that root runs on the
 * host.
 */
const CRIU_CONFIG_ANNOTATION = 'org.criu.config';

/**
 * Returns the confinement of a container by the configuration that it will be restored with. `where`: what
 * errors call the configuration. `cgroup`: the container's cgroup on the source. Throws `InvalidInput` when
 * the configuration itself would let the source choose what criu does.
 */
export const confinementOf = (text: string, where: string, cgroup: string): Confinement => {
  const { annotations = {}, process = {}, mounts = [], linux = {} } = parseJson(Config, text, where);
  if (Object.hasOwn(annotations, CRIU_CONFIG_ANNOTATION))
    throw new InvalidInput(
      `${where} has the annotation ${CRIU_CONFIG_ANNOTATION}, which would let the source direct criu`,
    );
  const all = Object.values(process.capabilities ?? {}).flat();
  const ofDevices = [...defaultDevices, ...(linux.devices ?? []).map(({ path }) => path)];
  return {
    namespaces: (linux.namespaces ?? []).map(({ type }) => type),
    capabilities: all.reduce((bits, name) => bits | bitOf(name), 0n),
    noNewPrivileges: process.noNewPrivileges === true,
    profile: profileOf(process.apparmorProfile),
    uids: rangesOf(linux.uidMappings),
    gids: rangesOf(linux.gidMappings),
    mounts: [
      ...mounts.map(mountOf),
      ...ofDevices.map((destination) => ({ destination, type: 'bind', readOnly: false })),
    ],
    maskedPaths: linux.maskedPaths ?? [],
    readonlyPaths: linux.readonlyPaths ?? [],
    // The root cgroup limits nothing.
    cgroup: cgroup === '' || cgroup === '/' ? undefined : cgroup,
  };
};

const profileOf = (profile = ''): string | undefined =>
  profile === '' || profile === 'unconfined' ? undefined : profile;
