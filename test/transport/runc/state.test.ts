import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { CommandFailed, InvalidInput } from '../../../engine/model/errors.ts';
import type { CommandOutput } from '../../../engine/ports/host.ts';
import { checkContainerId, readConfig, readState } from '../../../transport/runc/state.ts';
import { fakeHost } from '../../fakes/fake-host.ts';

const state = { id: 'shop', pid: 4711, status: 'running', bundle: '/b', rootfs: '/b/rootfs', owner: '' };

const stateOf = (output: Partial<CommandOutput>): ReturnType<typeof readState> =>
  readState(
    fakeHost('a', () => output),
    '/run/runc',
    'shop',
  );

describe('the state of a container', () => {
  it('is read from the output of runc with its root', async () => {
    const host = fakeHost('a', () => ({ stdout: JSON.stringify(state) }));
    expect(await readState(host, '/run/other', 'shop')).toEqual({
      id: 'shop',
      pid: 4711,
      status: 'running',
      bundle: '/b',
      rootfs: '/b/rootfs',
    });
    expect(host.commands[0]?.argv).toEqual(['runc', '--root', '/run/other', 'state', 'shop']);
  });

  it.each([
    'container does not exist',
    // From runc 1.3, when no container was ever created.
    'open /run/runc: no such file or directory',
  ])('is undefined when there is no such container: %s', async (message) => {
    const stderr = `time="2026-01-01T00:00:00Z" level=error msg="${message}"\n`;
    expect(await stateOf({ exitCode: 1, stderr })).toBeUndefined();
  });

  it('is an error when runc fails otherwise: the container may exist', async () => {
    const result = stateOf({ exitCode: 1, stderr: 'open /run/runc: permission denied\n' });
    await expect(result).rejects.toThrow(InvalidInput);
    await expect(result).rejects.toThrow(/shop.*permission denied/);
  });

  test.each([
    ['not JSON', 'oops', /runc state of shop on a is not JSON/],
    ['no object', '[]', /not as expected/],
    ['without a pid', JSON.stringify({ ...state, pid: undefined }), /pid/],
    ['with a pid that is no whole number', JSON.stringify({ ...state, pid: 1.5 }), /pid/],
    ['with an unknown status', JSON.stringify({ ...state, status: 'dreaming' }), /status/],
    ['with a relative bundle', JSON.stringify({ ...state, bundle: 'b' }), /bundle/],
  ])('%s is refused, with the reason', async (_, text, expected) => {
    const result = stateOf({ stdout: text });
    await expect(result).rejects.toThrow(InvalidInput);
    await expect(result).rejects.toThrow(expected);
  });
});

describe('config.json', () => {
  const configOf = async (text: string): ReturnType<typeof readConfig> => {
    const host = fakeHost('a');
    await host.writeFile('/b/config.json', text, 0o600);
    return readConfig(host, '/b');
  };

  it('may lack everything', async () => {
    expect(await configOf('{}')).toEqual({});
  });

  test.each([
    ['', /\/b\/config\.json on a is not JSON/],
    ['{"mounts": [{"source": "/x"}]}', /destination/],
    ['{"process": {"terminal": "yes"}}', /terminal/],
    ['{"linux": {"namespaces": [{"path": "/x"}]}}', /type/],
  ])('%s is refused, with the reason', async (text, expected) => {
    const result = configOf(text);
    await expect(result).rejects.toThrow(InvalidInput);
    await expect(result).rejects.toThrow(expected);
  });

  it('that is missing is a failed command', async () => {
    await expect(readConfig(fakeHost('a'), '/b')).rejects.toThrow(CommandFailed);
  });
});

describe('a container id', () => {
  const accepted = (text: string): boolean => {
    try {
      return checkContainerId(text) === text;
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInput);
      return false;
    }
  };

  test.each(['shop', 'a', '0', 'web-1.2_x+y', '...', 'a..b'])('%s is accepted', (id) => {
    expect(accepted(id)).toBe(true);
  });

  test.each(['', '.', '..', '-rf', 'a/b', 'a b', "a'b", 'a\n', 'a\0', 'é', '$HOME', 'a;b'])(
    '%j is refused',
    (id) => {
      expect(accepted(id)).toBe(false);
    },
  );

  it('never has characters with a meaning in a path, an option or a shell', () => {
    const mostlyAllowed = fc.string({
      unit: fc.constantFrom(...'aZ09_+-./ \'"\\$`*?[;&|<>\n\t\0~#=:@é'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.oneof(mostlyAllowed, fc.string({ unit: 'binary' })), (text) => {
        const harmless = /^[A-Za-z0-9_+.][A-Za-z0-9_+.-]*$/.test(text) && text !== '.' && text !== '..';
        expect(accepted(text)).toBe(harmless);
      }),
    );
  });
});
