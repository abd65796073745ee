import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError, decodeStats } from '../../../criu-proto/index.ts';
import { image, message, PAGEMAP_MAGIC, STATS_MAGIC } from '../image.ts';

const DUMP = {
  freezing_time: 1,
  frozen_time: 2,
  memdump_time: 3,
  memwrite_time: 4,
  pages_scanned: 5,
  pages_skipped_parent: 6,
  pages_written: 7,
  irmap_resolve: 8,
  pages_lazy: 9,
  page_pipes: 10,
  page_pipe_bufs: 11,
  shpages_scanned: 12,
  shpages_skipped_parent: 13,
  shpages_written: 14,
};

const RESTORE = {
  pages_compared: 1,
  pages_skipped_cow: 2,
  forking_time: 3,
  restore_time: 4,
  pages_restored: 5,
};

const file = (fields: object): Uint8Array => image(STATS_MAGIC, [message('stats_entry', fields)]);

const failure = (bytes: Uint8Array): DecodeError => {
  try {
    decodeStats('stats-dump', bytes);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  throw new Error('was decoded');
};

describe('decodeStats', () => {
  it('gives each count of a dump its own name', () => {
    expect(decodeStats('stats-dump', file({ dump: DUMP }))).toEqual({
      dump: {
        freezingTime: 1,
        frozenTime: 2,
        memdumpTime: 3,
        memwriteTime: 4,
        pagesScanned: 5,
        pagesSkippedParent: 6,
        pagesWritten: 7,
        pagesLazy: 9,
        shpagesScanned: 12,
        shpagesSkippedParent: 13,
        shpagesWritten: 14,
      },
    });
  });

  it('gives each count of a restore its own name', () => {
    expect(decodeStats('stats-restore', file({ restore: RESTORE }))).toEqual({
      restore: { pagesCompared: 1, pagesSkippedCow: 2, forkingTime: 3, restoreTime: 4, pagesRestored: 5 },
    });
  });

  it('counts no shared pages when criu does not', () => {
    const { shpages_scanned, shpages_skipped_parent, shpages_written, ...old } = DUMP;
    expect(decodeStats('f', file({ dump: old })).dump).toMatchObject({
      shpagesScanned: 0,
      shpagesWritten: 0,
    });
  });

  it('reads bytes written out by hand', () => {
    // No encoder made these: encoder and decoder cannot share a mistake.
    const bytes = Buffer.from(
      '40591055' +
        '06330957' +
        '15000000' +
        '0a13' +
        '08e807' +
        '109a05' +
        '1803' +
        '2004' +
        '2880' +
        '01' +
        '3000' +
        '3807' +
        '4800',
      'hex',
    );
    expect(decodeStats('stats-dump', bytes).dump).toMatchObject({
      freezingTime: 1000,
      frozenTime: 666,
      pagesScanned: 128,
      pagesWritten: 7,
    });
  });

  it('refuses a count that a number cannot hold exactly', () => {
    const exact = decodeStats('f', file({ dump: { ...DUMP, pages_written: '9007199254740991' } }));
    expect(exact.dump?.pagesWritten).toBe(Number.MAX_SAFE_INTEGER);
    expect(failure(file({ dump: { ...DUMP, pages_written: '9007199254740993' } })).message).toContain(
      'pages_written is 9007199254740993',
    );
  });

  it('says which file and where when a required field is missing', () => {
    const bytes = Buffer.from('4059105506330957020000000a00', 'hex');
    expect(failure(bytes)).toMatchObject({ file: 'stats-dump', offset: 14 });
  });

  it('refuses other files', () => {
    expect(failure(new Uint8Array()).offset).toBe(0);
    expect(failure(image(PAGEMAP_MAGIC, [])).message).toContain('is of type PAGEMAP, not STATS');
    expect(failure(image([0x55105940, 0x57004058], [])).message).toContain(
      'the type magic word is 0x57004058',
    );
    expect(failure(image(STATS_MAGIC, [])).message).toContain('holds no statistics');
  });

  it('refuses a file cut off anywhere', () => {
    const whole = file({ dump: DUMP });
    for (let length = 0; length < whole.length; length += 1) failure(whole.subarray(0, length));
  });

  it('refuses what follows the statistics', () => {
    const one = message('stats_entry', { dump: DUMP });
    expect(failure(image(STATS_MAGIC, [one, one])).message).toContain('more than one message');
  });

  it('believes no length beyond the end of the file', () => {
    const bytes = Buffer.from(file({ dump: DUMP }));
    bytes.writeUInt32LE(0xffffffff, 8);
    expect(failure(bytes)).toMatchObject({ offset: 8 });
  });

  it('answers any bytes with a value or a DecodeError', () => {
    const whole = file({ dump: DUMP, restore: RESTORE });
    const damaged = fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 })
      .map((changes) => {
        const bytes = Uint8Array.from(whole);
        for (const [index, value] of changes) bytes[index] = value;
        return bytes;
      });
    const tail = fc.uint8Array().map((bytes) => Buffer.concat([whole.subarray(0, 12), bytes]));
    fc.assert(
      fc.property(fc.oneof(damaged, tail, fc.uint8Array()), (bytes) => {
        try {
          decodeStats('f', bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
