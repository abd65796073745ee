import type { DowntimeEstimate } from './downtime.ts';
import type { Millis, Pages } from './units.ts';

/** Why the rounds stopped. Each carries what it was decided on. */
export type StopReason =
  | { readonly kind: 'downtime-met'; readonly predicted: Millis; readonly budget: Millis }
  | { readonly kind: 'few-dirty-pages'; readonly dirty: Pages; readonly threshold: Pages }
  | {
      readonly kind: 'growing';
      readonly dirty: Pages;
      readonly previous: Pages;
      readonly growth: number;
      readonly threshold: number;
    }
  | { readonly kind: 'stalled'; readonly rounds: number; readonly best: Pages; readonly dirty: Pages }
  | { readonly kind: 'round-limit'; readonly rounds: number; readonly limit: number }
  | {
      readonly kind: 'deadline';
      readonly elapsed: Millis;
      readonly deadline: Millis;
      readonly predicted: Millis;
    }
  | { readonly kind: 'asked' };

export type Decision =
  | { readonly kind: 'another-round'; readonly estimate: DowntimeEstimate }
  | { readonly kind: 'cut-over'; readonly reason: StopReason; readonly estimate: DowntimeEstimate }
  | { readonly kind: 'give-up'; readonly reason: StopReason; readonly estimate: DowntimeEstimate };
