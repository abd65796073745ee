import { beforeAll, describe, expect, it } from 'vitest';
import { HostUnreachable } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { type Asked, failureOf, sh } from './host-commands.ts';

/** Files of a host, as far as those can be asked of one that runs no commands. */
export const hostFilesContract = (
  name: string,
  open: () => Promise<Host>,
  directory: () => Promise<string>,
): void => {
  describe(`${name}: files`, () => {
    it('gives back what was written, byte for byte', async () => {
      const host = await open();
      const path = `${await directory()}/with space 'and' "quotes" $HOME`;
      const content = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7 + (index >> 8)) % 256);
      await host.writeFile(path, content, 0o600);
      expect(Buffer.compare(await host.readFile(path), content)).toBe(0);
      await host.writeFile(path, 'grüße\n', 0o600);
      expect(Buffer.from(await host.readFile(path)).toString()).toBe('grüße\n');
      await host.writeFile(path, '', 0o600);
      expect((await host.readFile(path)).length).toBe(0);
      await host.close();
    });

    it('rejects with CommandFailed when a file is missing', async () => {
      const host = await open();
      const error = await failureOf(host.readFile(`${await directory()}/missing`));
      expect(error.host).toBe(host.name);
      expect(error.exitCode).toBe(1);
      await host.close();
    });

    it('is unreachable once closed, and may be closed twice', async () => {
      const host = await open();
      const path = `${await directory()}/file`;
      await host.writeFile(path, 'x', 0o600);
      await host.close();
      await host.close();
      await expect(host.readFile(path)).rejects.toBeInstanceOf(HostUnreachable);
    });
  });
};

/** How files come to be, as commands see it. */
export const writeFileContract = ({ host: opened, directory: makeDirectory }: Asked): void => {
  describe('writeFile', () => {
    let host: Host;
    beforeAll(() => {
      host = opened();
    });

    const modeOf = async (path: string): Promise<string> =>
      (await host.run({ argv: ['stat', '-c', '%a', path] })).stdout.trim();

    it('sets the mode, whatever the umask', async () => {
      const directory = await makeDirectory();
      for (const mode of [0o600, 0o644, 0o400, 0o666, 0o755, 0o700]) {
        await host.writeFile(`${directory}/file`, 'content', mode);
        expect(await modeOf(`${directory}/file`)).toBe(mode.toString(8));
      }
    });

    it('replaces the file at once: who has the old one open keeps it whole', async () => {
      const directory = await makeDirectory();
      await host.writeFile(`${directory}/file`, 'old', 0o600);
      const reader = await host.start({
        argv: sh('exec 3<"$1"; echo open; read -r go; cat <&3', `${directory}/file`),
      });
      const lines = reader.lines[Symbol.asyncIterator]();
      await lines.next();
      await host.writeFile(`${directory}/file`, 'new', 0o600);
      reader.write('go\n');
      expect((await lines.next()).value).toBe('old');
      expect(Buffer.from(await host.readFile(`${directory}/file`)).toString()).toBe('new');
    });

    it('leaves nothing behind when it fails', async () => {
      const directory = await makeDirectory();
      await host.run({ argv: ['mkdir', `${directory}/taken`] });
      await failureOf(host.writeFile(`${directory}/taken`, 'x', 0o600));
      await failureOf(host.writeFile(`${directory}/absent/file`, 'x', 0o600));
      expect((await host.run({ argv: ['ls', '-A', directory] })).stdout).toBe('taken\n');
    });
  });
};
