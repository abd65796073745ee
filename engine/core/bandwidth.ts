import type { Round } from '../model/round.ts';
import { heldBack } from './cap.ts';

/** Bytes per millisecond of 1 Gbit/s Ethernet after its headers: what is assumed before a round was seen. */
export const ASSUMED_BANDWIDTH = 117_000;

/** Each round counts half as much as the one after it. */
const DECAY = 0.5;

/**
 * Bytes per millisecond that the page stream can have, without a cap.
 *
 * Rounds that a cap held back show only that the link is no slower. Where all were, it is taken for what is assumed before
 * any.
 */
export const bandwidth = (rounds: readonly Round[]): number => {
  const held = rounds.filter(heldBack);
  if (held.length === 0) return achieved(rounds);
  const uncapped = rounds.filter(({ cap }) => cap === undefined);
  return Math.max(
    achieved(uncapped),
    ...held.map(({ sent, transfer }) => sent / transfer).filter(Number.isFinite),
  );
};

/**
 * What these rounds achieved.
 *
 * Weighted sum of bytes over weighted sum of time rather than a mean of rates: a round of a few pages is all latency
 * and says little about the wire.
 */
const achieved = (rounds: readonly Round[]): number => {
  let sent = 0;
  let time = 0;
  for (const round of rounds) {
    if (round.sent > 0 && round.transfer > 0) {
      sent = sent * DECAY + round.sent;
      time = time * DECAY + round.transfer;
    }
  }
  const rate = sent / time;
  return Number.isFinite(rate) && rate > 0 ? rate : ASSUMED_BANDWIDTH;
};
