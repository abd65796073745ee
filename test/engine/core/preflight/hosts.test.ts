import { expect, it } from 'vitest';
import { findings } from '../preflight-findings.ts';

it('a criu that is too old is told of for each host, beside the difference', () => {
  const [first, ...others] = findings({ source: { criuVersion: '3.17.1' } });
  expect(first).toMatchObject({ severity: 'error', code: 'criu-too-old' });
  expect(first?.message).toContain('criu 3.17.1 on blue calls no action script');
  expect(others.map(({ code }) => code)).toEqual(['criu-newer-on-destination']);
  const old = { criuVersion: '3.18' };
  expect(findings({ source: old, destination: old }).map(({ code }) => code)).toEqual([
    'criu-too-old',
    'criu-too-old',
  ]);
});
