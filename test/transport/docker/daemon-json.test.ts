import { describe, expect, it } from 'vitest';
import { sayingNoRuntimes, withoutRuntime, withRuntime } from '../../../transport/docker/daemon-json.ts';

const file = '/etc/docker/daemon.json';
const ours = { path: '/usr/local/lib/precopy/docker-runtime' };
const add = (text: string | undefined): string => withRuntime({ text, file }, 'precopy', ours.path);
const take = (text: string | undefined, former?: string | undefined | null): string | undefined =>
  withoutRuntime(
    { text, file },
    'precopy',
    former === null ? undefined : { text: former, file: 'the former' },
  );

describe("Docker's configuration with our runtime", () => {
  it.each([undefined, '', ' \n', '{}'])('is made of %j', (text) => {
    expect(JSON.parse(add(text))).toEqual({ runtimes: { precopy: ours } });
  });

  it('keeps all else, in its order and with its indentation', () => {
    const text = '{\n\t"zeta": [1],\n\t"runtimes": {"kata": {"path": "/k", "x": {}}},\n\t"debug": false\n}\n';
    expect(add(text)).toBe(
      `${JSON.stringify(
        { zeta: [1], runtimes: { kata: { path: '/k', x: {} }, precopy: ours }, debug: false },
        undefined,
        '\t',
      )}\n`,
    );
  });

  it('is left alone when it has it', () => {
    const text = '{"runtimes":{"precopy":{"path":"/usr/local/lib/precopy/docker-runtime"}}}';
    expect(add(text)).toBe(text);
  });

  it.each([
    ['{"debug": true,}', /daemon\.json is no valid JSON, so it is left alone/],
    ['// comment\n{}', /no valid JSON/],
    ['[]', /is no object/],
    ['"x"', /is no object/],
    ['{"runtimes": []}', /"runtimes" in .* is no object/],
    ['{"runtimes": {"precopy": {"path": "/elsewhere"}}}', /a runtime 'precopy' that is not ours/],
    ['{"runtimes": {"precopy": null}}', /a runtime 'precopy' that is not ours/],
  ])('is refused for %s', (text, why) => {
    expect(() => add(text)).toThrow(why);
  });
});

describe("Docker's configuration without our runtime", () => {
  it.each([
    undefined,
    '{}',
    '{ "debug":true }',
    '{"runtimes":{},"x":1}',
    '{\n "runtimes": {"kata": {"path": "/k"}}}\n',
  ])('is to the byte what it was: %j', (former) => {
    expect(take(add(former), former)).toBe(former);
  });

  it('keeps what came since', () => {
    const now = JSON.stringify({ debug: true, ...JSON.parse(add('{}')) });
    expect(JSON.parse(take(now, '{}') ?? '')).toEqual({ debug: true });
    expect(JSON.parse(take(now, undefined) ?? '')).toEqual({ debug: true });
  });

  it('keeps an empty file when nobody knows how it was', () => {
    expect(take(add(undefined), null)).toBe('{}\n');
  });

  it.each([undefined, '{ }', '{"runtimes":{"kata":{"path":"/k"}}}'])(
    'is left alone when it is: %j',
    (text) => {
      expect(take(text, null)).toBe(text);
    },
  );

  it('says that there are none where it does not say which', () => {
    expect(JSON.parse(sayingNoRuntimes({ text: '{"debug":true}', file }) ?? '')).toEqual({
      debug: true,
      runtimes: {},
    });
    expect(JSON.parse(sayingNoRuntimes({ text: undefined, file }) ?? '')).toEqual({ runtimes: {} });
    expect(sayingNoRuntimes({ text: '{"runtimes":{}}', file })).toBeUndefined();
  });
});
