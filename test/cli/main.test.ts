import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { precopy } from './run-program.ts';

describe('the program', () => {
  it('prints its version', async () => {
    const { version }: { version: string } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    );
    expect(await precopy('--version')).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('refuses bad values with exit code 2 and the allowed form, and does nothing', async () => {
    const ran = await precopy('migrate', 'shop', '--to=b', '--max-downtime=300');
    expect(ran.exitCode).toBe(2);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain(
      "error: option '--max-downtime <time>' argument '300' is invalid. Give a time",
    );
  });

  it.each([
    ['without a destination', ['migrate', 'shop'], /--to <host>/],
    ['without a container', ['check', '--to=b'], /container/],
    ['with an unknown option', ['check', 'shop', '--to=b', '--no-such'], /--no-such/],
    ['with an unknown command', ['teleport'], /teleport/],
    ['with an unknown subcommand', ['host', 'sideways'], /sideways/],
    ['with an unknown option of a subcommand', ['host', 'setup', '--no-such'], /--no-such/],
    ['with too many containers', ['check', 'shop', 'shop2', '--to=b'], /too many arguments/],
  ])('%s has exit code 2', async (_, words, expected) => {
    const ran = await precopy(...words);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(expected);
  });

  it('refuses a container id before it connects anywhere', async () => {
    const ran = await precopy('check', '../shop', '--from=localhost', '--to=192.0.2.1');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(/^precopy: '\.\.\/shop' is not a container id/);
  });
});
