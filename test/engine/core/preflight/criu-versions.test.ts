import { describe, expect, it, test } from 'vitest';
import { criuPair, isTooOld, knownFailure } from '../../../../engine/core/preflight/criu-versions.ts';

describe('two versions of criu', () => {
  test.each([
    ['4.1.1', '4.1.1', 'same'],
    ['4.2-dev', '4.2-dev', 'same'],
    ['4.1', '4.1.1', 'newer'],
    ['3.17.1', '4.1.1', 'newer'],
    ['4.2', '4.2.1', 'newer'],
    ['4.2', '4.10', 'newer'],
    ['4.1.1', '4.2', 'refused'],
    ['3.17.1', '4.2.1', 'refused'],
    ['4.2.1', '4.1.1', 'refused'],
    ['4.1.1', '4.1', 'refused'],
    ['4.1', '4.0', 'refused'],
    ['4.10', '4.2', 'refused'],
    ['4.1', '4.2-dev', 'refused'],
    ['v4.2-12-gabcdef', '4.2', 'refused'],
  ])('%s to %s: %s', (source, destination, kind) => {
    expect(criuPair(source, destination)).toMatchObject({ kind });
  });

  test.each([
    ['4.1.1', '4.2', /page stream/],
    ['4.2', '4.1.1', /page stream/],
    ['4.1', '3.17.1', /no_new_privs, .*ambient capabilities, pidfds$/],
    ['4.1', '4.0', /writes: ambient capabilities, pidfds$/],
    ['4.1.1', '4.1', /newer one writes$/],
    ['4.1', '4.2-dev', /between releases/],
  ])('%s to %s is refused with the reason', (source, destination, why) => {
    expect(criuPair(source, destination)).toMatchObject({ why: expect.stringMatching(why) });
  });

  it('say nothing where one is missing', () => {
    expect([criuPair(undefined, '4.2'), criuPair('4.2', undefined)]).toEqual([undefined, undefined]);
  });
});

it.each([
  ['3.17.1', true],
  ['3.18', true],
  ['3.19', false],
  ['4.0', false],
  ['4.2-dev', false],
])('%s is too old: %s', (version, expected) => {
  expect(isTooOld(version)).toBe(expected);
});

describe('a criu that does not start', () => {
  it('is explained where its own words do not', () => {
    const said =
      'Error (criu/vdso.c:381): vdso: Unexpected rt vDSO area bounds Error (criu/kerndat.c:1595): ...';
    expect(knownFailure(said)?.why).toContain('6.13');
    expect(knownFailure(said)?.remedy('green')).toContain('Install criu 4.1 or later on green');
    expect(knownFailure('Looks bad.')).toBeUndefined();
  });
});
