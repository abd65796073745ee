import { calibrate, defaultCosts } from '../core/prediction/costs.ts';
import { policyOver } from '../core/rounds/compression.ts';
import { decide, makesRounds } from '../core/rounds/decide.ts';
import { abortable } from '../model/abortable.ts';
import type { Decision } from '../model/decision.ts';
import type { FileRoot } from '../model/file-root.ts';
import type { Round } from '../model/round.ts';
import { type Millis, millis } from '../model/units.ts';
import type { FileSync } from '../ports/link.ts';
import type { Migration } from './migration.ts';
import type { Prepared } from './prepare.ts';
import { runRound } from './round.ts';
import { roundChecks } from './round-checks.ts';
import { syncFiles } from './sync-files.ts';

export interface PreCopied {
  readonly rounds: readonly Round[];
  readonly decision: Exclude<Decision, { kind: 'another-round' }>;
}

/**
 * Rounds until a stop rule holds, or none where none are to be made. Files are brought up to date beside each but the first, so
 * that little is left for the freeze.
 */
export const preCopy = async (
  migration: Migration,
  { files: roots, compression, verification }: Pick<Prepared, 'files' | 'compression' | 'verification'>,
): Promise<PreCopied> => {
  const { clock, limits, plan, recorder } = migration;
  const rounds: Round[] = [];
  const checks = roundChecks(verification);
  const begun = clock.now();
  const costs = defaultCosts(plan.container, migration.calibration);
  let previousFreezeAt: Millis | undefined;
  for (;;) {
    migration.signal.throwIfAborted();
    checks.throwIfFailed();
    if (makesRounds(plan.policy)) {
      const files = rounds.length === 0 ? undefined : syncBeside(migration, roots);
      const measured = await runRound(migration, rounds.length, previousFreezeAt);
      await files;
      rounds.push(measured.round);
      checks.add(measured.round.index);
      previousFreezeAt = measured.freezeAt;
    }
    const elapsed = millis(clock.now() - begun);
    const [policy, asked] = [policyOver(compression, limits.policy(), rounds), migration.cutOverAsked()];
    const decision = decide(policy, calibrate(costs, rounds), rounds, elapsed, asked);
    recorder.emit({ kind: 'decided', decision });
    if (decision.kind === 'another-round') continue;
    if (decision.kind === 'cut-over') await abortable(checks.all(), migration.signal);
    return { rounds, decision };
  }
};

const syncBeside = (migration: Migration, roots: readonly FileRoot[]): Promise<FileSync> => {
  const files = syncFiles(migration, roots, 'round');
  // When the round fails first, its error is the one to tell.
  files.catch(() => {});
  return files;
};
