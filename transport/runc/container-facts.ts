import { InvalidInput } from '../../engine/model/errors.ts';
import type { BindMount, ContainerFacts, JoinedNamespace } from '../../engine/model/facts.ts';
import { kibToBytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { parseRecords, type Records } from '../door/records.ts';
import { scriptArgv } from '../door/script.ts';
import { memoryFacts } from './memory-facts.ts';
import { rootfsFrom } from './rootfs-facts.ts';
import { checkContainerId, type OciConfig, type RuncState, readConfig, readState } from './state.ts';
import { stdioFrom } from './stdio-facts.ts';

/** Reads all facts that preflight needs of a runc container. Changes nothing. */
export const readContainerFacts = async (
  host: Host,
  runcRoot: string,
  name: string,
  signal?: AbortSignal,
): Promise<ContainerFacts> => {
  const id = checkContainerId(name);
  const state = await readState(host, runcRoot, id, signal);
  if (state === undefined) {
    throw new InvalidInput(`there is no container ${id} on ${host.name} (runc --root ${runcRoot})`);
  }
  const config = await readConfig(host, state.bundle);
  const argv = scriptArgv('container-facts', state.pid, state.rootfs);
  const { stdout } = await host.run({ argv }, signal);
  return factsFrom(state, config, parseRecords(stdout));
};

const factsFrom = (state: RuncState, config: OciConfig, records: Records): ContainerFacts => ({
  id: state.id,
  runtime: 'runc',
  state: state.status === 'creating' ? 'created' : state.status,
  pid: state.pid,
  begun: startOfFirstProcess(records),
  processes: Number(records.one('processes') ?? 0),
  bundle: state.bundle,
  rootfs: rootfsFrom(state.rootfs, records.all('host-mount')),
  cgroupPath: records.one('cgroup') ?? '',
  appArmorProfile: profileOf(records.one('profile')),
  noNewPrivileges: config.process?.noNewPrivileges ?? false,
  terminal: config.process?.terminal ?? false,
  stdio: stdioFrom(records),
  memory: memoryFacts(records),
  rootfsSize: kibToBytes(Number(records.one('rootfs-kib') ?? 0) || 0),
  establishedTcp: establishedConnections(records),
  bindMounts: bindMounts(config),
  joinedNamespaces: joinedNamespaces(config),
  docker: undefined,
});

const startOfFirstProcess = (records: Records): ContainerFacts['begun'] => {
  const [startTime = '', boot = ''] = (records.one('begun') ?? '').split(' ');
  return { startTime, boot };
};

const profileOf = (profile = ''): string | undefined =>
  profile === '' || profile === 'unconfined' ? undefined : profile;

/** Counts only sockets that the container's processes have open: a network namespace may be shared. */
const establishedConnections = (records: Records): number => {
  const openSockets = new Set(
    records.all('open').map((target) => target.replace(/^socket:\[(\d+)\]$/, '$1')),
  );
  return records.all('established').filter((inode) => openSockets.has(inode)).length;
};

const bindMounts = (config: OciConfig): readonly BindMount[] =>
  (config.mounts ?? []).flatMap((mount) =>
    mount.source !== undefined &&
    (mount.type === 'bind' || (mount.options ?? []).some((option) => option === 'bind' || option === 'rbind'))
      ? [{ source: mount.source, destination: mount.destination }]
      : [],
  );

const joinedNamespaces = (config: OciConfig): readonly JoinedNamespace[] =>
  (config.linux?.namespaces ?? []).flatMap(({ type, path }) => (path === undefined ? [] : [{ type, path }]));
