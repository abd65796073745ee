import { expect, it } from 'vitest';
import { findings } from '../preflight-findings.ts';

it.each([
  ['3.19', true, ['no-new-privileges-lost']],
  ['3.19', false, []],
  ['4.0', true, []],
])('criu %s of a container whose noNewPrivileges is %j', (criuVersion, noNewPrivileges, codes) => {
  const criu = { criuVersion };
  const found = findings({ source: criu, destination: criu, container: { noNewPrivileges } });
  expect(found.map(({ code }) => code)).toEqual(codes);
});
