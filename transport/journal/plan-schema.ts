import { z } from 'zod';
import type { ContainerFacts, MemoryFacts, Rootfs, StdioTarget } from '../../engine/model/facts.ts';
import type { PagePlan } from '../../engine/model/pages.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { compressionPlan, earlierCompression } from './compression-schema.ts';
import { dockerFacts, dockerPlan } from './docker-plan-schema.ts';
import { finding, pageChannel, policy } from './event-schema.ts';
import { size } from './round-schema.ts';

/** The whole plan, for a recovery. Commands that only show a journal read less of it (`event-schema.ts`). */

/** The path becomes part of command lines, some of which remove what it names. */
const path = z.string().regex(/^\/[^\0\n]+$/);

const stdio: z.ZodType<StdioTarget> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('null') }),
  z.object({ kind: z.literal('pipe') }),
  z.object({ kind: z.literal('terminal'), path: z.string() }),
  z.object({ kind: z.literal('socket') }),
  z.object({ kind: z.literal('file'), path: z.string(), inContainer: z.boolean() }),
]);

const rootfs: z.ZodType<Rootfs> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('directory'), path }),
  z.object({
    kind: z.literal('overlay'),
    path,
    lower: z.array(z.string()),
    upper: z.string(),
    work: z.string(),
    mountOptions: z.array(z.string()),
  }),
]);

const memoryParts = z.array(z.object({ what: z.string(), size }));

export const memory: z.ZodType<MemoryFacts> = z.object({
  resident: size,
  unreachable: memoryParts,
  tmpfs: memoryParts,
});

const container: z.ZodType<ContainerFacts> = z
  .object({
    id: z.string().regex(/^[\w+.][\w+.-]*$/),
    runtime: z.string(),
    state: z.enum(['running', 'paused', 'stopped', 'created']),
    pid: z.int().positive(),
    begun: z.object({ startTime: z.string(), boot: z.string() }),
    processes: z.number(),
    bundle: path,
    rootfs,
    cgroupPath: z.string(),
    appArmorProfile: z.string().optional(),
    // Plans of earlier versions lack this field.
    noNewPrivileges: z.boolean().default(false),
    terminal: z.boolean(),
    stdio: z.tuple([stdio, stdio, stdio]),
    memory,
    rootfsSize: size,
    establishedTcp: z.number(),
    bindMounts: z.array(z.object({ source: z.string(), destination: z.string() })),
    joinedNamespaces: z.array(z.object({ type: z.string(), path: z.string() })),
    docker: dockerFacts.optional(),
  })
  .transform(({ docker, appArmorProfile, ...rest }) => ({ ...rest, appArmorProfile, docker }));

const pages: z.ZodType<PagePlan> = z.object({
  channel: pageChannel,
  ports: z.array(z.int()),
  cipher: z.enum(['aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com']),
  compression: compressionPlan.default(earlierCompression),
});
/** The pages of a plan from a version without the choice. A recovery needs neither ports nor cipher. */
const earlierPages: PagePlan = {
  channel: 'plain',
  ports: [],
  cipher: 'chacha20-poly1305@openssh.com',
  compression: earlierCompression,
};

export const planSchema: z.ZodType<Plan> = z
  .object({
    migration: z.string().regex(/^[\w-]+$/),
    container,
    from: z.string(),
    to: z.string(),
    address: z.string(),
    policy,
    pages: pages.default(earlierPages),
    sourceDirectory: path,
    destinationDirectory: path,
    rootfs,
    copyLower: z.array(z.string()),
    imagesNeeded: size,
    docker: dockerPlan.optional(),
    findings: z.array(finding),
  })
  .transform(({ docker, ...rest }) => ({ ...rest, docker }));
