import type { Emulator } from './emulator.ts';
import { addresses, type HostName } from './hosts.ts';
import type { Recipe } from './recipe.ts';

export type Accelerator = 'kvm' | 'tcg';

export interface Machine {
  readonly recipe: Recipe;
  readonly emulator: Emulator;
  readonly accelerator: Accelerator;
  /** Shows in process lists. */
  readonly lab: string;
  readonly host: HostName;
  readonly kernel: string;
  readonly initrd: string;
  /** Of this machine, for ssh into the host; 0 lets the kernel choose. */
  readonly controlPort: number;
  /** Goes on from the saved state that the environment variable LAB_STATE names, instead of booting. */
  readonly resume: boolean;
}

/** Files of a host, in the folder that qemu runs in. Names without a folder are short enough for sockets, and need no quoting. */
export const diskOf = (host: HostName): string => `${host}.qcow2`;
export const qmpOf = (host: HostName): string => `${host}.qmp`;
export const consoleOf = (host: HostName): string => `${host}.console`;

const cards: Readonly<Record<HostName, { readonly control: string; readonly wire: string }>> = {
  a: { control: '52:54:00:00:00:11', wire: '52:54:00:00:00:21' },
  b: { control: '52:54:00:00:00:12', wire: '52:54:00:00:00:22' },
};

/**
 * cx16: with it qemu 7.2's guests die of a double fault in the kernel's allocator. erms, fsrm, fsrs, fzrm: make the kernel copy and clear
 * by `rep movsb` and `rep stosb`, which are emulated byte by byte. la57: a fifth level of page tables, which makes starting a process a
 * sixth slower.
 */
const emulatedCpu = 'max,cx16=off,erms=off,fsrm=off,fsrs=off,fzrm=off,la57=off';

const accelerated = ({ accelerator, recipe }: Machine): readonly string[] =>
  accelerator === 'kvm'
    ? ['-accel', 'kvm', '-cpu', 'host']
    : ['-accel', `tcg,thread=multi,tb-size=${recipe.translationMebibytes}`, '-cpu', emulatedCpu];

const network = ({ host, controlPort }: Machine): readonly string[] => {
  const forward = `hostfwd=tcp:127.0.0.1:${controlPort}-:22`;
  return [
    // eth0. restrict: nothing of the outside is reachable from a lab host.
    ...['-netdev', `user,id=control,restrict=on,ipv6=off,${forward}`],
    ...['-device', `virtio-net-pci,id=eth0,netdev=control,mac=${cards[host].control},romfile=`],
    // eth1. The wire is plugged into this hub once both hosts run, and can be replugged.
    ...['-netdev', 'hubport,id=socket,hubid=0'],
    ...['-device', `virtio-net-pci,id=eth1,netdev=socket,mac=${cards[host].wire},romfile=`],
  ];
};

export const qemuArguments = (machine: Machine): readonly [string, ...string[]] => {
  const { recipe, host, lab } = machine;
  const kernelArguments = [
    ...recipe.kernelArguments,
    `lab.host=${host}`,
    `lab.address=${addresses[host]}/24`,
  ];
  return [
    ...machine.emulator,
    ...['-name', `precopy-lab-${lab}-${host}`],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-machine', 'q35', ...accelerated(machine), '-smp', '1', '-m', String(recipe.memoryMebibytes)],
    ...['-kernel', machine.kernel, '-initrd', machine.initrd, '-append', kernelArguments.join(' ')],
    // Nobody needs a lab's disk after the machine under it crashed.
    ...['-drive', `file=${diskOf(host)},format=qcow2,if=virtio,cache=unsafe,discard=unmap`],
    ...network(machine),
    // A saved state is resumed many times: a new id makes the kernel seed its random numbers anew.
    ...['-device', 'virtio-rng-pci', '-device', 'vmgenid,guid=auto'],
    ...['-serial', `file:${consoleOf(host)}`, '-qmp', `unix:${qmpOf(host)},server=on,wait=off`],
    ...(machine.resume ? ['-incoming', 'exec:zstd -dqc -- "$LAB_STATE"'] : []),
  ];
};
