import { describe, expect, it } from 'vitest';
import { type Machine, qemuArguments } from '../../../bench/lab/qemu-arguments.ts';
import { recipeOf } from '../../../bench/lab/recipe.ts';

const recipe = recipeOf('trixie');

const machine: Machine = {
  recipe,
  emulator: ['qemu-system-x86_64'],
  accelerator: 'tcg',
  lab: 'dev',
  host: 'b',
  kernel: '/cache/a, b/vmlinuz',
  initrd: '/cache/a, b/initrd',
  controlPort: 0,
  resume: true,
};

describe('the command line of qemu', () => {
  it('tells a host who it is, and what it is made of', () => {
    const line = qemuArguments(machine).join(' ');
    expect(line).toContain('-name precopy-lab-dev-b');
    expect(line).toContain('lab.host=b lab.address=10.77.0.2/24');
    expect(line).toContain('init=/lab-init');
    expect(line).toContain(`-m ${recipe.memoryMebibytes}`);
    expect(line).toContain('file=b.qcow2');
  });

  it('emulates a processor that this qemu emulates rightly', () => {
    expect(qemuArguments(machine).join(' ')).toContain(
      '-cpu max,cx16=off,erms=off,fsrm=off,fsrs=off,fzrm=off,la57=off',
    );
  });

  it('uses the real processor under KVM', () => {
    const line = qemuArguments({ ...machine, accelerator: 'kvm' }).join(' ');
    expect(line).toContain('-accel kvm -cpu host');
    expect(line).not.toContain('tcg');
  });

  it('lets nobody but this machine in, and the host nowhere out', () => {
    const networks = qemuArguments(machine).filter((argument) => argument.startsWith('user,'));
    expect(networks).toEqual(['user,id=control,restrict=on,ipv6=off,hostfwd=tcp:127.0.0.1:0-:22']);
    expect(qemuArguments({ ...machine, controlPort: 2201 }).join(' ')).toContain('127.0.0.1:2201-:22');
  });

  it('gives both hosts different cards', () => {
    const cards = (host: 'a' | 'b') =>
      qemuArguments({ ...machine, host }).flatMap((each) => /mac=(\S+?),/.exec(each)?.[1] ?? []);
    expect(new Set([...cards('a'), ...cards('b')]).size).toBe(4);
  });

  it('keeps paths of the user out of what qemu would split at commas', () => {
    const withPath = qemuArguments(machine).filter((argument) => argument.includes('/cache/'));
    expect(withPath).toEqual([machine.kernel, machine.initrd]);
  });

  it('boots, if it is not to resume', () => {
    expect(qemuArguments(machine)).toContain('-incoming');
    expect(qemuArguments({ ...machine, resume: false })).not.toContain('-incoming');
  });
});
