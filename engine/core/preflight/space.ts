import type { ContainerFacts, HostFacts, MemoryFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import { type Bytes, bytes } from '../../model/units.ts';
import { imagesNeeded, sourceImagesNeeded } from '../prediction/images-needed.ts';
import { mib } from './amounts.ts';

/** Room for images on both hosts, and for the restored container on the destination. */
export const assessSpace = (facts: {
  readonly source: HostFacts;
  readonly destination: HostFacts;
  readonly container: ContainerFacts;
}): Finding[] => {
  const { source, destination, container } = facts;
  return [
    ...assessImages(source, sourceImagesNeeded(container.memory)),
    ...assessImages(destination, imagesNeeded(container.memory)),
    ...assessRam(destination, container.memory),
  ];
};

const assessImages = (host: HostFacts, needed: Bytes): Finding[] =>
  host.imagesFree < needed
    ? [
        {
          severity: 'error',
          code: 'images-space-short',
          message:
            `images need up to ${mib(needed)} in ${host.imagesDirectory} on ${host.name}, ` +
            `where ${mib(host.imagesFree)} are free`,
          remedy: `Free space there, or name a larger images directory for ${host.name}.`,
        },
      ]
    : [];

const assessRam = (destination: HostFacts, memory: MemoryFacts): Finding[] => {
  const images = destination.imagesInMemory ? imagesNeeded(memory) : bytes(0);
  const processes = bytes(memory.resident + memory.tmpfs.reduce((sum, mount) => sum + mount.size, 0));
  const needed = bytes(processes + images);
  return destination.memoryAvailable < needed
    ? [
        {
          severity: 'error',
          code: 'memory-short',
          message:
            `the container needs ${mib(needed)} of memory on ${destination.name} ` +
            `(${mib(processes)} for itself, ${mib(images)} for images), where ` +
            `${mib(destination.memoryAvailable)} are available`,
          remedy: destination.imagesInMemory
            ? `Free memory on ${destination.name}, or keep images on a disk there.`
            : `Free memory on ${destination.name}.`,
        },
      ]
    : [];
};
