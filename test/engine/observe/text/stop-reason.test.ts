import { expect, it } from 'vitest';
import { stopReasonText } from '../../../../engine/observe/text/stop-reason.ts';
import { reasons } from '../../core/events.ts';

it('every reason to stop is a sentence with its evidence', () => {
  expect(reasons.map(stopReasonText)).toMatchInlineSnapshot(`
    [
      "the predicted downtime of 580 ms is within the budget of 1.00 s",
      "the last round sent only 12 pages, no more than the threshold of 64",
      "the dirty pages grew from 1,000 to 2,500, 25 % more than the window explains (limit 10 %)",
      "the last 3 rounds brought nothing: 1,010 dirty pages, 1,000 in the best round before",
      "8 rounds were made, the limit is 8",
      "1 min 01 s have passed, the deadline is 1 min 00 s; the predicted downtime is 1.50 s",
      "the user asked to cut over",
    ]
  `);
});
