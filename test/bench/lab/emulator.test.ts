import { describe, expect, it } from 'vitest';
import { choiceFor, emulatorOf } from '../../../bench/lab/emulator.ts';

describe('the qemu that runs the hosts', () => {
  it("is this machine's own where that is new enough", () => {
    const version = 'QEMU emulator version 10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)';
    expect(choiceFor(`${version}\nCopyright (c) 2003-2025 Fabrice Bellard\n`)).toEqual({
      kind: 'own',
      version,
    });
    expect(emulatorOf('own', '/cache/image')).toEqual(['qemu-system-x86_64']);
  });

  it.each([
    '',
    'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)',
    'QEMU emulator version 9.2.4',
    'version unknown',
  ])('is kept in the image where the own says "%s"', (answer) => {
    expect(choiceFor(answer)).toEqual({ kind: 'kept', suite: 'trixie' });
  });

  it('takes nothing of this machine when it is kept in the image: neither loader, nor libraries, nor firmware', () => {
    const [loader, ...rest] = emulatorOf('kept', '/cache/image');
    const paths = [loader, ...rest].filter((word) => word.includes('/'));
    expect(paths).toHaveLength(5);
    for (const path of paths) expect(path).toMatch(/^\/cache\/image\/emulator\/usr\//);
  });
});
