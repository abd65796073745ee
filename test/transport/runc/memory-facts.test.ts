import { expect, it } from 'vitest';
import type { MemoryFacts } from '../../../engine/model/facts.ts';
import { kibToBytes } from '../../../engine/model/units.ts';
import { parseRecords } from '../../../transport/door/records.ts';
import { memoryFacts } from '../../../transport/runc/memory-facts.ts';

/** Records as container-facts.sh prints them: for each process its mappings, and its private memory last. */
const facts = (...processes: readonly (readonly string[])[]): MemoryFacts =>
  memoryFacts(parseRecords(processes.flat().join('\n')));

const sizeOf = (memory: MemoryFacts, what: string): number =>
  (memory.unreachable.find((each) => each.what === what)?.size ?? 0) / 1024;

const SHARED = 'anonymous shared memory';

it('sums private memory of all processes', () => {
  const memory = facts(['memory private 0 100'], ['memory private 0 20']);
  expect(memory.resident).toBe(kibToBytes(120));
  expect(memory).toMatchObject({ unreachable: [], tmpfs: [] });
});

it('counts shared memory once, as large as the process that maps most of it sees it', () => {
  const memory = facts(
    ['memory anonymous-shared 1031 300', 'memory private 0 10'],
    ['memory anonymous-shared 1031 512', 'memory private 0 10'],
    ['memory anonymous-shared 1031 100', 'memory private 0 10'],
  );
  expect(sizeOf(memory, SHARED)).toBe(512);
  expect(memory.resident).toBe(kibToBytes(542));
});

it('adds up the pieces of a shared segment in one process', () => {
  const pieces = ['memory anonymous-shared 7 256', 'memory anonymous-shared 7 200', 'memory private 0 0'];
  expect(sizeOf(facts(pieces, pieces), SHARED)).toBe(456);
});

it('counts the full size of a shared segment that the remaining processes map in part', () => {
  const memory = facts(
    ['memory anonymous-shared 351 7088', 'memory private 0 100', 'segment anonymous-shared 351 145432'],
    ['memory anonymous-shared 351 496', 'memory private 0 10', 'segment anonymous-shared 351 145432'],
  );
  expect(sizeOf(memory, SHARED)).toBe(72_716);
  expect(memory.resident).toBe(kibToBytes(72_826));
});

it('does not count a segment that is mapped privately', () => {
  const memory = facts(['memory private 0 100', 'segment memfd 12 2048']);
  expect(memory).toMatchObject({ resident: kibToBytes(100), unreachable: [] });
});

it('counts segments of different kinds separately although their inodes are the same', () => {
  const memory = facts([
    'memory anonymous-shared 5 10',
    'memory memfd 5 20',
    'memory sysv 5 40',
    'memory private 0 80',
  ]);
  expect(sizeOf(memory, SHARED)).toBe(10);
  expect(sizeOf(memory, 'memfd')).toBe(20);
  expect(sizeOf(memory, 'SysV shared memory')).toBe(40);
  expect(memory.resident).toBe(kibToBytes(150));
});

it('counts every mapping without an inode', () => {
  const process = ['memory hugetlb 0 2048', 'memory private 0 0'];
  expect(sizeOf(facts(process, process), 'huge pages')).toBe(4096);
});

it('names the memory that rounds cannot copy, if there is any', () => {
  const memory = facts(['memory aio 9 4', 'memory memfd 8 0', 'memory private 0 1']);
  expect(memory.unreachable).toEqual([{ what: 'AIO rings', size: kibToBytes(4) }]);
});

it('names each tmpfs with content by its path, which may have spaces', () => {
  expect(facts(['tmpfs 64 /dev/shm', 'tmpfs 0 /run', 'tmpfs 12 /a b', 'tmpfs  /gone']).tmpfs).toEqual([
    { what: 'tmpfs /dev/shm', size: kibToBytes(64) },
    { what: 'tmpfs /a b', size: kibToBytes(12) },
  ]);
});

it('is nothing where no process could be read', () => {
  expect(facts([])).toEqual({ resident: 0, unreachable: [], tmpfs: [] });
});
