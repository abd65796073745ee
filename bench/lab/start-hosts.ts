import { join } from 'node:path';
import { execa } from 'execa';
import type { Image } from './cache.ts';
import { setClock } from './clock.ts';
import { controlPort } from './control-port.ts';
import { stateOf } from './first-boot.ts';
import { type HostName, onBoth } from './hosts.ts';
import { LabError } from './lab-error.ts';
import { imageFiles } from './make-disk.ts';
import { diskOf, type Machine } from './qemu-arguments.ts';
import type { Qmp } from './qmp.ts';
import { recipeOf } from './recipe.ts';
import { controlHost, type Place, runHost } from './run-host.ts';
import { resume } from './saved-state.ts';
import { type Ports, sshConfigOf, writeSshAccess } from './ssh-access.ts';
import { layWire } from './wire.ts';

export interface Start {
  readonly lab: string;
  readonly place: Place;
  readonly image: Image;
  /** Those the lab had before; 0 for any. */
  readonly ports: Ports;
  readonly signal?: AbortSignal;
}

export const machineOf = (
  { lab, image, ports }: Omit<Start, 'place'>,
  host: HostName,
  resumes: boolean,
): Machine => ({
  ...{ recipe: recipeOf(image.suite), lab, host, controlPort: ports[host], resume: resumes },
  ...{ emulator: image.emulator, accelerator: image.accelerator },
  kernel: join(image.directory, imageFiles.kernel),
  initrd: join(image.directory, imageFiles.initrd),
});

/** Lets both hosts go on from their saved states, on fresh disks, and waits until they answer. Returns their ports. */
export const startHosts = async (start: Start): Promise<Ports> => {
  const { place, image, signal } = start;
  const controls: Qmp[] = [];
  try {
    const qmp = await onBoth(async (host) => {
      await createDisk(place, image, host);
      const state = join(image.directory, stateOf(host));
      const running = await runHost(place, machineOf(start, host, true), state, signal);
      const control = await controlHost(place.directory, host, running, signal);
      controls.push(control);
      return control;
    });
    const ports = await onBoth((host) => controlPort(qmp[host]));
    await layWire(qmp.a, qmp.b);
    await writeSshAccess(place.directory, image.directory, ports);
    await onBoth(async (host) => {
      await resume(qmp[host], signal);
      await setClock(sshConfigOf(place.directory), host, signal);
    });
    return ports;
  } finally {
    for (const control of controls) control.close();
  }
};

const createDisk = async ({ directory }: Place, image: Image, host: HostName): Promise<void> => {
  const backing = ['-b', join(image.directory, diskOf(host)), '-F', 'qcow2'];
  const args = ['create', '-q', '-f', 'qcow2', ...backing, diskOf(host)];
  const { exitCode, stderr } = await execa('qemu-img', args, { cwd: directory, reject: false });
  if (exitCode !== 0) throw new LabError(`cannot make a disk in ${directory}: ${stderr.trim()}`);
};
