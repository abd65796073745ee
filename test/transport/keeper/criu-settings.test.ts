import { expect, test } from 'vitest';
import { parseRecords } from '../../../transport/door/records.ts';
import { criuSettings } from '../../../transport/keeper/criu-settings.ts';

const read = (line: string, file = '/etc/criu/default.conf'): readonly (readonly string[])[] =>
  criuSettings(parseRecords(`criu-setting 2\t${file}\t${line}`)).map(({ option, value }) => [option, value]);

test.each([
  ['leave-running', ['leave-running', '']],
  ['  leave-running  ', ['leave-running', '']],
  ['leave-running # for now', ['leave-running', '']],
  ['action-script /root/hook.sh # mine', ['action-script', '/root/hook.sh']],
  ['action-script\t/root/hook.sh', ['action-script', '/root/hook.sh']],
  ['pre-dump-mode=read', ['pre-dump-mode', 'read']],
  ['external "mnt[/a b]:c"', ['external', 'mnt[/a b]:c']],
  ['lsm-profile "apparmor:\\"x\\""', ['lsm-profile', 'apparmor:"x"']],
  ['external dev[8/0]:a=b', ['external', 'dev[8/0]:a=b']],
])('a line of criu (%s)', (line, expected) => {
  expect(read(line)).toEqual([expected]);
});

test('the file that criu reads last is marked', () => {
  const records = parseRecords(
    'criu-setting 1\t/root/.criu/default.conf\ttcp-close\ncriu-setting 9\t/etc/criu/runc.conf\ttcp-close\n',
  );
  expect(criuSettings(records)).toEqual([
    { file: '/root/.criu/default.conf', line: 1, option: 'tcp-close', value: '', last: false },
    { file: '/etc/criu/runc.conf', line: 9, option: 'tcp-close', value: '', last: true },
  ]);
});
