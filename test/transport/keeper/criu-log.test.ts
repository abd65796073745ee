import { expect, it } from 'vitest';
import { errorLines } from '../../../transport/keeper/criu-log.ts';

it('shows the lines with errors, without the lines before them', () => {
  const log = [
    '(00.010000) Dumping task (pid: 7 comm: redis-server)',
    "(00.020000) Error (criu/files-reg.c:1698): Can't lookup mount=42 for fd=1 path=/out",
    '(00.021000) No Errors so far, ErrorCode 0',
    '(00.030000) Error (criu/cr-dump.c:1743): Dumping FAILED.  ',
    '(00.031000) BUG at criu/mem.c:45',
    '',
  ].join('\n');
  expect(errorLines(log)).toEqual([
    "(00.020000) Error (criu/files-reg.c:1698): Can't lookup mount=42 for fd=1 path=/out",
    '(00.030000) Error (criu/cr-dump.c:1743): Dumping FAILED.',
    '(00.031000) BUG at criu/mem.c:45',
  ]);
});

it('leaves out an error that criu logs although nothing is wrong', () => {
  expect(
    errorLines('(0.1) Error (criu/image.c:9): No parent image found, though parent directory is set'),
  ).toEqual([]);
});

it('keeps the last five errors', () => {
  const log = Array.from({ length: 9 }, (_, index) => `Error ${index}`).join('\n');
  expect(errorLines(log)).toEqual(['Error 4', 'Error 5', 'Error 6', 'Error 7', 'Error 8']);
});

it('is empty without a log', () => {
  expect(errorLines('')).toEqual([]);
});
