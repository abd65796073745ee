import { docker } from './docker.ts';
import { floor } from './floor.ts';
import { podman } from './podman.ts';
import { precopy } from './precopy.ts';
import { script, stopAndCopy } from './runc.ts';
import type { Variant } from './variant.ts';

/** All ways to migrate that are compared; the one that the others are measured against comes first. */
export const variants: readonly Variant[] = [precopy, script, stopAndCopy, podman, docker, floor];
