import { describe, expect, it, test } from 'vitest';
import { assessCriuConfig } from '../../../../engine/core/preflight/criu-config.ts';
import type { CriuSetting } from '../../../../engine/model/facts.ts';
import type { Finding } from '../../../../engine/model/finding.ts';
import { host } from '../../../fakes/facts.ts';

const DEFAULT = '/etc/criu/default.conf';
const LAST = '/etc/criu/runc.conf';

const set = (file: string, option: string, value = ''): CriuSetting => ({
  file,
  line: 7,
  option,
  value,
  last: file === LAST,
});

const findings = (
  there: readonly CriuSetting[],
  tcp: 'keep' | 'close' = 'close',
  here: readonly CriuSetting[] = there,
): readonly Finding[] =>
  assessCriuConfig(host('blue', { criuSettings: here }), host('green', { criuSettings: there }), tcp);

const contradicts = (setting: CriuSetting, tcp: 'keep' | 'close' = 'close'): boolean =>
  findings([setting], tcp).some(({ code }) => code === 'criu-config-contradicts');

describe("criu's configuration on the hosts", () => {
  it('names file, line and host, and what to do', () => {
    expect(findings([], 'close', [set(DEFAULT, 'leave-running')])).toEqual([
      {
        severity: 'error',
        code: 'criu-config-contradicts',
        message: expect.stringMatching(
          /^\/etc\/criu\/default\.conf on blue says "leave-running" in line 7: .*two copies/,
        ),
        remedy: 'Put a # before line 7 of /etc/criu/default.conf on blue until the migration is over.',
      },
    ]);
  });

  test.each([
    ...['leave-running', 'leave-stopped', 'lazy-pages', 'page-server', 'auto-dedup', 'stream', 'tls'].map(
      (option) => [option, ''],
    ),
    ['action-script', '/root/hook'],
    ['pre-dump-mode', 'read'],
    ['prev-images-dir', '../0'],
    ['work-dir', '/var/log'],
    ['network-lock', 'skip'],
    ['cgroup-root', '/a'],
    // Any beginning that only one option has.
    ['leave-r', ''],
  ])('stands in the way in every file (%s)', (option, value) => {
    expect(contradicts(set(DEFAULT, option, value))).toBe(true);
    expect(contradicts(set(LAST, option, value))).toBe(true);
  });

  test.each([
    ['log-file', '/var/log/criu.log'],
    ['images-dir', '/images'],
    ['manage-cgroups', 'ignore'],
    ['no-skip-in-flight', ''],
    ['port', '27'],
    ['lsm-profile', 'apparmor:mine'],
  ])('stands in the way only where it is read last, for it is overruled elsewhere (%s)', (option, value) => {
    expect(contradicts(set(DEFAULT, option, value))).toBe(false);
    expect(contradicts(set(LAST, option, value))).toBe(true);
  });

  test.each([
    ['tcp-close', DEFAULT, 'keep', true],
    ['tcp-close', LAST, 'keep', true],
    ['tcp-close', LAST, 'close', false],
    ['tcp-established', LAST, 'close', true],
    ['tcp-established', DEFAULT, 'close', false],
    ['tcp-established', LAST, 'keep', false],
    ['no-tcp-close', LAST, 'close', true],
    ['no-tcp-established', LAST, 'keep', true],
  ] as const)(
    'is held against what becomes of connections: %s in %s, to %s',
    (option, file, tcp, expected) => {
      expect(contradicts(set(file, option), tcp)).toBe(expected);
    },
  );

  test.each([
    ['pre-dump-mode', 'splice'],
    ['network-lock', 'nftables'],
    ['manage-cgroups', 'soft'],
    ['verbosity', '4'],
    ['timeout', '60'],
    ['ext-unix-sk', ''],
    ['tcp-established', ''],
  ])('may say what changes nothing (%s %s)', (option, value) => {
    expect(findings([set(LAST, option, value)], 'keep')).toEqual([]);
  });

  test.each([
    ['ext-unix-sk', ''],
    ['external', 'mnt[/data]:data'],
    ['ghost-limit', '10M'],
    ['link-remap', ''],
    ['an-option-of-a-later-criu', ''],
  ])('is worth a warning where only one host says it (%s)', (option, value) => {
    for (const [here, there, name] of [
      [[set(LAST, option, value)], [], 'blue'],
      [[], [set(LAST, option, value)], 'green'],
    ] as const) {
      expect(findings(there, 'close', here)).toEqual([
        {
          severity: 'warning',
          code: 'criu-config-differs',
          message: expect.stringContaining(`/etc/criu/runc.conf on ${name} says "${option}`),
          remedy: expect.stringContaining('same line'),
        },
      ]);
    }
  });

  it('may differ in what changes nothing, and by file', () => {
    expect(findings([set(LAST, 'verbosity', '4')], 'close', [])).toEqual([]);
    expect(findings([set(LAST, 'link-remap')], 'close', [set(DEFAULT, 'link-remap')])).toEqual([]);
  });
});
