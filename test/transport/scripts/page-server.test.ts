import { mkdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { scriptArgv } from '../../../transport/door/script.ts';
import {
  fixture,
  type StartedScript,
  startCommand,
  startScript,
  temporaryDirectory,
} from './start-script.ts';

const directory = async (): Promise<string> => `${await temporaryDirectory()}/3`;

/** A page-server; the address tells the stand-in for criu what to do. */
const serve = (
  images: string,
  address: string,
  parent = '',
  ...options: readonly string[]
): Promise<StartedScript> =>
  startScript('page-server', [images, parent, address, 27_700, ...options], {
    PATH: `${fixture('bin')}:${process.env['PATH']}`,
  });

describe.concurrent('page-server.sh', () => {
  it('tells when it listens, what has come, and how it ended', async () => {
    const server = await serve(await directory(), 'serve');
    await server.says('listening');
    expect((await server.ended).told).toEqual(['listening', 'received 8192', 'exit 0']);
  });

  it("lets go of its output with criu's end: that moment counts as downtime", async () => {
    const server = await serve(await directory(), 'serve');
    await server.says('exit 0');
    const said = performance.now();
    await server.ended;
    expect(performance.now() - said).toBeLessThan(500);
  });

  it('counts all page images while it waits, about once a second', async () => {
    const server = await serve(await directory(), 'stay');
    await server.says('received 8192');
    server.endInput();
    await server.ended;
  });

  it('leaves no core should it crash, even where cores are wanted', async () => {
    const images = await directory();
    const wanting = ['bash', '-c', 'ulimit -S -c "$(ulimit -H -c)"; exec "$@"', 'bash'];
    const server = await startCommand(
      [...wanting, ...scriptArgv('page-server', images, '', 'stay', 27_700)],
      { PATH: `${fixture('bin')}:${process.env['PATH']}` },
    );
    await server.says('listening');
    expect(await readFile(`${images}/core-limit`, 'utf8')).toBe('0\n');
    server.endInput();
    await server.ended;
  });

  it('is stopped by the end of its input, and by no line of it', async () => {
    const server = await serve(await directory(), 'stay');
    await server.says('listening');
    server.write('beat\n');
    await expect.poll(() => server.told.length, { timeout: 10_000 }).toBeGreaterThan(1);
    server.endInput();
    expect((await server.ended).told.at(-1)).toBe('exit 143');
  });

  it("passes criu's exit code on", async () => {
    const server = await serve(await directory(), 'broken');
    expect((await server.ended).told).toEqual(['listening', 'received 0', 'exit 3']);
  });

  it('does not say `listening` when criu cannot listen', async () => {
    const images = await directory();
    const server = await serve(images, 'taken');
    expect((await server.ended).told).toEqual(['received 0', 'exit 1']);
    expect(await readFile(`${images}/page-server.log`, 'utf8')).toContain('Address already in use');
  });

  it('names the parent of the images only when there is one', async () => {
    const argumentsOf = async (parent: string): Promise<string> => {
      const images = await directory();
      await (await serve(images, 'serve', parent)).ended;
      return readFile(`${images}/arguments`, 'utf8');
    };
    expect(await argumentsOf('../2')).toContain('--prev-images-dir\n../2\n');
    expect(await argumentsOf('')).not.toContain('--prev-images-dir');
  });

  it('tells criu whatever else it is given', async () => {
    const images = await directory();
    await (await serve(images, 'serve', '', '--tls', '--tls-key', '/a b')).ended;
    expect(await readFile(`${images}/arguments`, 'utf8')).toMatch(/\n--tls\n--tls-key\n\/a b\n$/);
  });

  it('serves into a directory that is there already, and fails where it cannot make one', async () => {
    const images = await directory();
    await mkdir(images);
    expect((await (await serve(images, 'serve')).ended).told).toContain('exit 0');
    const nowhere = await serve(`${images}/a/b`, 'serve');
    const { told, exit } = await nowhere.ended;
    expect(told).toEqual([]);
    expect(exit.exitCode).toBe(1);
  });
});
