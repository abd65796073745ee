import { expect, test } from 'vitest';
import { parseRecords } from '../../../transport/door/records.ts';
import { stdioFrom } from '../../../transport/runc/stdio-facts.ts';

const mounts = 'container-mount 812 800 0:51 / / rw - overlay overlay rw\n';

test.each([
  ['0 21 /dev/null', { kind: 'null' }],
  ['0 15 pipe:[44021]', { kind: 'pipe' }],
  ['0 9 socket:[44021]', { kind: 'socket' }],
  ['0 28 /dev/pts/0', { kind: 'terminal', path: '/dev/pts/0' }],
  ['0 28 /dev/console', { kind: 'terminal', path: '/dev/console' }],
  ['0 28 /dev/tty1', { kind: 'terminal', path: '/dev/tty1' }],
  ['0 812 /var/log/my app.log', { kind: 'file', path: '/var/log/my app.log', inContainer: true }],
  ['0 27 /home/me/out.txt', { kind: 'file', path: '/home/me/out.txt', inContainer: false }],
  // Another mount, whose id begins with the same digits.
  ['0 81 /home/me/out.txt', { kind: 'file', path: '/home/me/out.txt', inContainer: false }],
  ['0  /unknown', { kind: 'file', path: '/unknown', inContainer: false }],
] as const)('standard input from %s', (record, expected) => {
  const [stdin, stdout, stderr] = stdioFrom(parseRecords(`${mounts}stdio ${record}\n`));
  expect(stdin).toEqual(expected);
  // Closed descriptors: nothing in them can forbid a migration.
  expect([stdout, stderr]).toEqual([{ kind: 'null' }, { kind: 'null' }]);
});

test('each descriptor is identified by its number, not by its order', () => {
  const records = parseRecords(`${mounts}stdio 2 9 socket:[1]\nstdio 1 9 pipe:[2]\n`);
  expect(stdioFrom(records)).toEqual([{ kind: 'null' }, { kind: 'pipe' }, { kind: 'socket' }]);
});
