import { z } from 'zod';
import type {
  DockerEngine,
  DockerFacts,
  DockerMount,
  DockerNetwork,
  DockerPlan,
  PublishedPort,
} from '../../engine/model/docker.ts';
import { size } from './round-schema.ts';

/** The parts of a plan that only Docker containers have. */

/** Plans of earlier versions have no field for it: there was only one root. */
const runcRoot = z.string().startsWith('/').default('/run/docker/runtime-runc/moby');

const engine: z.ZodType<DockerEngine> = z.object({
  version: z.string(),
  storageDriver: z.string(),
  cgroupDriver: z.enum(['cgroupfs', 'systemd']),
  appArmor: z.boolean().default(false),
  usernsRemap: z.boolean().default(false),
  runcRoot,
});

const network: z.ZodType<DockerNetwork> = z.object({
  name: z.string(),
  driver: z.string(),
  isDefault: z.boolean(),
  subnets: z.array(
    z
      .object({ subnet: z.string(), gateway: z.string().optional() })
      .transform(({ subnet, gateway }) => ({ subnet, gateway })),
  ),
  subnetChosen: z.boolean(),
  address: z.string(),
  addressFixed: z.boolean(),
});

const port: z.ZodType<PublishedPort> = z.object({
  protocol: z.string(),
  hostAddress: z.string(),
  hostPort: z.number(),
  containerPort: z.number(),
});

const mount: z.ZodType<DockerMount> = z.object({
  kind: z.enum(['volume', 'bind', 'other']),
  name: z.string(),
  driver: z.string(),
  source: z.string(),
  destination: z.string(),
  writable: z.boolean(),
  reachableFromAll: z.boolean(),
  size,
});

export const dockerFacts: z.ZodType<DockerFacts> = z.object({
  engine,
  name: z.string(),
  image: z.object({
    id: z.string(),
    // Earlier versions identified images by their ids alone.
    identity: z.string().default(''),
    name: z.string(),
    layers: z.array(z.string()),
  }),
  logDriver: z.string(),
  restartPolicy: z.string(),
  autoRemove: z.boolean(),
  privileged: z.boolean(),
  unconfined: z.boolean().default(false),
  devices: z.array(z.string()),
  networking: z.enum(['host', 'none', 'another-container', 'networks']),
  networks: z.array(network),
  ports: z.array(port),
  mounts: z.array(mount),
  tiedTo: z.array(z.string()),
});

export const dockerPlan: z.ZodType<DockerPlan> = z.object({
  shipImage: z.boolean(),
  layersPresent: z.number(),
  createNetworks: z.array(z.string()),
  mounts: z.array(z.object({ name: z.string(), fate: z.enum(['copy', 'shared', 'leave']) })),
  tcp: z.enum(['keep', 'close']),
  // Earlier versions had only this way.
  attach: z.enum(['restore', 'parking', 'cut-over']).default('restore'),
  runcRoot,
  removeSource: z.boolean(),
});
