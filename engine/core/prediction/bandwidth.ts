import type { Round } from '../../model/round.ts';
import { heldBack } from './cap.ts';

/** Bytes per millisecond of 1 Gbit/s Ethernet after its headers: what is assumed before a round was seen. */
export const ASSUMED_BANDWIDTH = 117_000;

/** A round counts half as much once another as large as the largest has been made after it. */
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
 * What these rounds achieved: the rate that explains their times best, by least squares.
 *
 * So a round of a few pages, which is all latency, says little about the wire, and ten of them still do.
 */
const achieved = (rounds: readonly Round[]): number => {
  const made = rounds.filter(({ sent, transfer }) => sent > 0 && transfer > 0);
  const largest = Math.max(...made.map(({ sent }) => sent));
  let squares = 0;
  let products = 0;
  for (const { sent, transfer } of made) {
    const kept = DECAY ** (sent / largest);
    squares = squares * kept + sent * sent;
    products = products * kept + sent * transfer;
  }
  const rate = squares / products;
  return Number.isFinite(rate) && rate > 0 ? rate : ASSUMED_BANDWIDTH;
};
