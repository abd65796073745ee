import type { Outcome } from '../../model/report.ts';

/** How it ended, and where the container is now. */
export const outcomeText = (outcome: Outcome, container: string, from: string, to: string): string => {
  switch (outcome) {
    case 'migrated':
      return `migrated: ${container} runs on ${to}`;
    case 'rolled-back':
      return `rolled back: ${container} runs on ${from} as before`;
    case 'gave-up':
      return `gave up: ${container} runs on ${from} as before`;
    case 'in-doubt':
      return `in doubt: start ${container} neither on ${from} nor on ${to} before precopy recover has looked at both`;
    case 'ended':
      return `ended: ${container} ended by itself on ${from}; nothing of it runs on ${to}`;
  }
};
