import { expect, it } from 'vitest';
import { explainBench } from '../../../bench/cli/explain.ts';
import { LabError } from '../../../bench/lab/index.ts';
import { InvalidInput } from '../../../engine/model/errors.ts';

it('an error of the lab brings its own hint, or none', () => {
  const hint = 'apt install qemu-system-x86';
  expect(explainBench(new LabError('no qemu', { hint }))).toEqual({ line: 'no qemu', hint, code: 1 });
  expect(explainBench(new LabError('no qemu'))).toEqual({ line: 'no qemu', code: 1 });
});

it('every other error is explained as precopy explains it', () => {
  expect(explainBench(new InvalidInput('no such file'))).toEqual({ line: 'no such file', code: 2 });
});
