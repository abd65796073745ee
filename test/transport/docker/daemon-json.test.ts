import { describe, expect, it } from 'vitest';
import { withEmptyRuntimes, withoutRuntime, withRuntime } from '../../../transport/docker/daemon-json.ts';

const file = '/etc/docker/daemon.json';
const runtime = { path: '/usr/local/lib/precopy/docker-runtime' };
const add = (text: string | undefined): string => withRuntime({ text, file }, 'precopy', runtime.path);
const take = (text: string | undefined, former?: string | undefined | null): string | undefined =>
  withoutRuntime(
    { text, file },
    'precopy',
    former === null ? undefined : { text: former, file: 'the former' },
  );

describe("Docker's configuration with precopy's runtime", () => {
  it.each([undefined, '', ' \n', '{}'])('is made of %j', (text) => {
    expect(JSON.parse(add(text))).toEqual({ runtimes: { precopy: runtime } });
  });

  it('keeps everything else, in its order and with its indentation', () => {
    const text = '{\n\t"zeta": [1],\n\t"runtimes": {"kata": {"path": "/k", "x": {}}},\n\t"debug": false\n}\n';
    expect(add(text)).toBe(
      `${JSON.stringify(
        { zeta: [1], runtimes: { kata: { path: '/k', x: {} }, precopy: runtime }, debug: false },
        undefined,
        '\t',
      )}\n`,
    );
  });

  it('is unchanged when it has the runtime already', () => {
    const text = '{"runtimes":{"precopy":{"path":"/usr/local/lib/precopy/docker-runtime"}}}';
    expect(add(text)).toBe(text);
  });

  it.each([
    ['{"debug": true,}', /daemon\.json is not valid JSON, so precopy does not change it/],
    ['// comment\n{}', /not valid JSON/],
    ['[]', /is not a JSON object/],
    ['"x"', /is not a JSON object/],
    ['{"runtimes": []}', /"runtimes" in .* is not a JSON object/],
    ['{"runtimes": {"precopy": {"path": "/elsewhere"}}}', /a runtime 'precopy' that is not precopy's/],
    ['{"runtimes": {"precopy": null}}', /a runtime 'precopy' that is not precopy's/],
  ])('is refused for %s', (text, why) => {
    expect(() => add(text)).toThrow(why);
  });
});

describe("Docker's configuration without precopy's runtime", () => {
  it.each([
    undefined,
    '{}',
    '{ "debug":true }',
    '{"runtimes":{},"x":1}',
    '{\n "runtimes": {"kata": {"path": "/k"}}}\n',
  ])('is byte by byte what it was: %j', (former) => {
    expect(take(add(former), former)).toBe(former);
  });

  it('keeps what was added since the set-up', () => {
    const now = JSON.stringify({ debug: true, ...JSON.parse(add('{}')) });
    expect(JSON.parse(take(now, '{}') ?? '')).toEqual({ debug: true });
    expect(JSON.parse(take(now, undefined) ?? '')).toEqual({ debug: true });
  });

  it('keeps an empty file when the former content is unknown', () => {
    expect(take(add(undefined), null)).toBe('{}\n');
  });

  it.each([undefined, '{ }', '{"runtimes":{"kata":{"path":"/k"}}}'])(
    'is unchanged when it has no such runtime: %j',
    (text) => {
      expect(take(text, null)).toBe(text);
    },
  );

  it('gets an empty list of runtimes where it has none', () => {
    expect(JSON.parse(withEmptyRuntimes({ text: '{"debug":true}', file }) ?? '')).toEqual({
      debug: true,
      runtimes: {},
    });
    expect(JSON.parse(withEmptyRuntimes({ text: undefined, file }) ?? '')).toEqual({ runtimes: {} });
    expect(withEmptyRuntimes({ text: '{"runtimes":{}}', file })).toBeUndefined();
  });
});
