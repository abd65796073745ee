import type { Policy } from '../../model/policy.ts';
import { pages } from '../../model/units.ts';

/** What holds where the user says nothing. No budget and no deadline: the rounds alone decide. */
export const defaultPolicy: Policy = {
  maxRounds: 8,
  minDirtyPages: pages(64),
  maxGrowth: 0.1,
  onDeadline: 'cut-over',
};
