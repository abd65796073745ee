import { appendFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { defaultSuite, suites } from '../../bench/lab/index.ts';
import { cellOf } from './cell.ts';
import { faults } from './faults.ts';
import type { Runtime } from './scene.ts';

/** `npm run test:faults` asks for all of them; otherwise these. */
const chosen: readonly string[] = ['docker: criu on the source killed, restoring'];
const all = process.env['PRECOPY_FAULTS'] ?? '';
const runtimes: readonly Runtime[] = ['runc', 'docker'];
/** As the lab's global set-up takes it. */
const suite = suites.find((each) => each === process.env['PRECOPY_SUITE']) ?? defaultSuite;

const cells = runtimes.flatMap((runtime) =>
  faults.flatMap((fault) =>
    (fault.runtimes?.includes(runtime) === false || fault.suites?.includes(suite) === false
      ? []
      : fault.at
    ).map((step) => ({
      name: `${runtime}: ${fault.name}, ${step}`,
      runtime,
      fault,
      step,
    })),
  ),
);
const wanted = cells.filter(({ name }) =>
  all === '' ? chosen.includes(name) : all === 'all' || name.includes(all),
);

describe('exactly one copy runs in the end, with all that was acknowledged, and nothing is left behind', () => {
  it.each(wanted)(
    '$name',
    async ({ runtime, fault, step }) => {
      const cell = await cellOf(runtime, fault, step);
      const file = process.env['PRECOPY_FAULTS_OUT'];
      const on = new Date().toISOString().slice(0, 10);
      if (file !== undefined) await appendFile(file, `${JSON.stringify({ on, ...cell })}\n`);
      else process.stderr.write(`${JSON.stringify(cell)}\n`);
      expect(cell.byItself.length).toBeLessThanOrEqual(1);
      expect(cell).toMatchObject({ runsOn: [expect.any(String)], lost: 0, left: [] });
      expect(cell.acknowledged).toBeGreaterThan(0);
    },
    600_000,
  );

  it('is asked of cells that there are', () => {
    expect(wanted.length).toBe(all === '' ? chosen.length : wanted.length);
    expect(wanted).not.toEqual([]);
  });
});
