import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { type Bytes, bytes, millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { Link } from '../../engine/ports/link.ts';
import { parseRecords } from '../door/records.ts';
import { scriptArgv } from '../door/script.ts';
import { controlSocketOf, remoteName } from './ssh-master.ts';

/** Measures what the connection can carry, and what it has carried. */
export interface Meter extends Pick<Link, 'measure' | 'carried'> {
  /** Must be called when a new connection replaces the old one. */
  reset(): void;
}

export const linkMeter = (source: Host, sshPort: number): Meter => {
  /**
   * Bytes that the connection had carried after the measurement. They do not count as those of the migration.
   */
  let carriedByMeasurement = 0;

  const readFigures = async (
    argv: readonly [string, ...string[]],
    key: string,
    seconds: number,
  ): Promise<Bytes[]> => {
    const { stdout, stderr, exitCode } = await source.probe({ argv, timeout: millis(seconds * 1000) });
    const records = parseRecords(stdout);
    const values = [records.one(key), records.one('carried')].map(Number);
    if (exitCode === 0 && values.every((value) => value > 0)) return values.map(bytes);
    const reason = 'did not print what the connection carries';
    throw new CommandFailed({ host: source.name, argv: [argv[3] ?? 'ssh'], exitCode, stderr, reason });
  };

  return {
    measure: async (plan: Plan) => {
      const argv = scriptArgv('measure-link', controlSocketOf(plan), sshPort, remoteName(plan));
      const [rate = bytes(0), carried = bytes(0)] = await readFigures(argv, 'rate', 60);
      carriedByMeasurement = carried;
      return rate;
    },
    carried: async (plan: Plan) => {
      const [carried = bytes(0)] = await readFigures(
        scriptArgv('carried', controlSocketOf(plan), sshPort),
        'carried',
        10,
      );
      return bytes(Math.max(0, carried - carriedByMeasurement));
    },
    reset: () => {
      carriedByMeasurement = 0;
    },
  };
};
