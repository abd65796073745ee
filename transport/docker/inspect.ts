import { z } from 'zod';

/** A container's endpoint in a network, from Docker's inspect. */
export interface Endpoint {
  readonly NetworkID: string;
  readonly IPAddress: string;
  readonly MacAddress: string;
  readonly Aliases?: readonly string[] | null | undefined;
  readonly DriverOpts?: Readonly<Record<string, string>> | null | undefined;
  readonly IPAMConfig?: Readonly<Record<string, unknown>> | null | undefined;
  /** From Docker 28 on. */
  readonly GwPriority?: number | undefined;
}

interface Mount {
  readonly Type: string;
  readonly Name?: string | undefined;
  readonly Source?: string | undefined;
  readonly Destination: string;
  readonly Driver?: string | undefined;
  readonly RW: boolean;
}

export interface Binding {
  readonly HostIp?: string | undefined;
  readonly HostPort?: string | undefined;
}

type Ports = Readonly<Record<string, readonly Binding[] | null>>;

/** What precopy reads of a container. `Config` and `HostConfig` go to the destination unchanged. */
export interface Inspect {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly LogPath: string;
  readonly State: { readonly Status: string; readonly Pid: number };
  readonly Config: Readonly<Record<string, unknown>> & { readonly Image: string };
  readonly HostConfig: Readonly<Record<string, unknown>> & {
    readonly NetworkMode: string;
    readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
    readonly AutoRemove: boolean;
    readonly Privileged: boolean;
    readonly Runtime: string;
    readonly LogConfig: { readonly Type: string };
    readonly PidMode: string;
    readonly IpcMode: string;
    readonly Devices?: readonly { readonly PathOnHost: string }[] | null | undefined;
    readonly DeviceRequests?: readonly unknown[] | null | undefined;
    readonly Links?: readonly string[] | null | undefined;
    readonly VolumesFrom?: readonly string[] | null | undefined;
    readonly SecurityOpt?: readonly string[] | null | undefined;
    readonly Binds?: readonly string[] | null | undefined;
    readonly PortBindings?: Ports | null | undefined;
    readonly Mounts?: readonly Readonly<Record<string, unknown>>[] | null | undefined;
  };
  readonly Mounts: readonly Mount[];
  readonly NetworkSettings: {
    readonly Ports?: Ports | null | undefined;
    readonly Networks: Readonly<Record<string, Endpoint>>;
  };
  /** Without data when containerd keeps the images; from Docker 29 on absent. */
  readonly GraphDriver?: { readonly Data?: Readonly<Record<string, string>> | null | undefined } | undefined;
}

const strings = z.array(z.string()).nullish();

const endpoint = z.object({
  NetworkID: z.string(),
  IPAddress: z.string(),
  MacAddress: z.string(),
  Aliases: strings,
  DriverOpts: z.record(z.string(), z.string()).nullish(),
  IPAMConfig: z.record(z.string(), z.unknown()).nullish(),
  GwPriority: z.number().optional(),
});

const ports = z
  .record(
    z.string(),
    z.array(z.object({ HostIp: z.string().optional(), HostPort: z.string().optional() })).nullable(),
  )
  .nullish();

const hostConfig = z.looseObject({
  NetworkMode: z.string(),
  RestartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.number() }),
  AutoRemove: z.boolean(),
  Privileged: z.boolean(),
  Runtime: z.string(),
  LogConfig: z.looseObject({ Type: z.string() }),
  PidMode: z.string(),
  IpcMode: z.string(),
  Devices: z.array(z.object({ PathOnHost: z.string() })).nullish(),
  DeviceRequests: z.array(z.unknown()).nullish(),
  Links: strings,
  VolumesFrom: strings,
  SecurityOpt: strings,
  Binds: strings,
  PortBindings: ports,
  Mounts: z.array(z.record(z.string(), z.unknown())).nullish(),
});

export const Inspect: z.ZodType<Inspect> = z.object({
  // The id becomes part of paths.
  Id: z.string().regex(/^[0-9a-f]{64}$/),
  Name: z.string(),
  Image: z.string(),
  LogPath: z.string(),
  State: z.object({ Status: z.string(), Pid: z.number() }),
  Config: z.looseObject({ Image: z.string() }),
  HostConfig: hostConfig,
  Mounts: z.array(
    z.object({
      Type: z.string(),
      Name: z.string().optional(),
      Source: z.string().optional(),
      Destination: z.string().startsWith('/'),
      Driver: z.string().optional(),
      RW: z.boolean(),
    }),
  ),
  NetworkSettings: z.object({
    Ports: ports,
    Networks: z.record(z.string(), endpoint),
  }),
  GraphDriver: z.object({ Data: z.record(z.string(), z.string()).nullish() }).optional(),
});

export interface NetworkInspect {
  readonly Id: string;
  readonly Name: string;
  readonly Driver: string;
  readonly Internal: boolean;
  readonly Attachable: boolean;
  readonly EnableIPv6: boolean;
  readonly Options: Readonly<Record<string, string>> | null;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly IPAM: {
    readonly Driver: string;
    readonly Options?: Readonly<Record<string, string>> | null | undefined;
    readonly Config: readonly Subnet[] | null;
  };
  readonly Containers?: Readonly<Record<string, Attached>> | undefined;
}

interface Attached {
  readonly Name: string;
  readonly IPv4Address: string;
}

export interface Subnet {
  readonly Subnet?: string | undefined;
  readonly Gateway?: string | undefined;
}

const texts = z.record(z.string(), z.string()).nullable();

export const NetworkInspect: z.ZodType<NetworkInspect> = z.object({
  Id: z.string(),
  Name: z.string(),
  Driver: z.string(),
  Internal: z.boolean(),
  Attachable: z.boolean(),
  EnableIPv6: z.boolean(),
  Options: texts,
  Labels: texts,
  IPAM: z.object({
    Driver: z.string(),
    Options: texts.optional(),
    Config: z
      .array(z.looseObject({ Subnet: z.string().optional(), Gateway: z.string().optional() }))
      .nullable(),
  }),
  Containers: z.record(z.string(), z.object({ Name: z.string(), IPv4Address: z.string() })).optional(),
});

export interface VolumeInspect {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly Scope: string;
  readonly Options: Readonly<Record<string, string>> | null;
  readonly Labels: Readonly<Record<string, string>> | null;
}

export const VolumeInspect: z.ZodType<VolumeInspect> = z.object({
  Name: z.string(),
  Driver: z.string(),
  Mountpoint: z.string().startsWith('/'),
  Scope: z.string(),
  Options: texts,
  Labels: texts,
});

export interface ImageInspect {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null | undefined;
  readonly RootFS: { readonly Layers?: readonly string[] | undefined };
  readonly Created?: string | undefined;
  readonly Architecture?: string | undefined;
  readonly Os?: string | undefined;
  readonly Variant?: string | undefined;
  readonly Config?: Readonly<Record<string, unknown>> | null | undefined;
}

export const ImageInspect: z.ZodType<ImageInspect> = z.object({
  Id: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  RepoTags: z.array(z.string()).nullish(),
  RootFS: z.object({ Layers: z.array(z.string()).optional() }),
  Created: z.string().optional(),
  Architecture: z.string().optional(),
  Os: z.string().optional(),
  Variant: z.string().optional(),
  Config: z.record(z.string(), z.unknown()).nullish(),
});

export const ImageList: z.ZodType<readonly { readonly Id: string }[]> = z.array(z.object({ Id: z.string() }));

export interface Info {
  readonly ServerVersion: string;
  readonly Driver: string;
  readonly CgroupDriver: string;
  readonly DockerRootDir: string;
  readonly Runtimes: Readonly<Record<string, { readonly path?: string | undefined }>>;
  readonly Plugins: { readonly Volume: readonly string[] | null };
  readonly SecurityOptions?: readonly string[] | null | undefined;
  /** From Docker 27 on. */
  readonly Containerd?:
    | { readonly Address: string; readonly Namespaces: { readonly Containers: string } }
    | undefined;
}

export const Info: z.ZodType<Info> = z.object({
  ServerVersion: z.string(),
  Driver: z.string(),
  CgroupDriver: z.string(),
  DockerRootDir: z.string().startsWith('/'),
  Runtimes: z.record(z.string(), z.looseObject({ path: z.string().optional() })),
  Plugins: z.object({ Volume: z.array(z.string()).nullable() }),
  SecurityOptions: strings,
  Containerd: z.object({ Address: z.string(), Namespaces: z.object({ Containers: z.string() }) }).optional(),
});
