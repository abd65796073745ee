import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { type Bytes, bytes, millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { Link } from '../../engine/ports/link.ts';
import { parseRecords } from '../door/records.ts';
import { scriptArgv } from '../door/script.ts';
import { muxOf, remoteName } from './ssh-master.ts';

/** Sees what the connection can carry, and what it has carried. */
export interface Meter extends Pick<Link, 'measure' | 'carried'> {
  /** The connection is another one from now on. */
  forget(): void;
}

export const linkMeter = (source: Host, sshPort: number): Meter => {
  /** What was sent to measure. */
  let besides = 0;

  const ask = async (
    argv: readonly [string, ...string[]],
    key: string,
    seconds: number,
  ): Promise<Bytes[]> => {
    const { stdout, stderr, exitCode } = await source.probe({ argv, timeout: millis(seconds * 1000) });
    const records = parseRecords(stdout);
    const values = [records.one(key), records.one('carried')].map(Number);
    if (exitCode === 0 && values.every((value) => value > 0)) return values.map(bytes);
    const reason = 'did not tell what the connection carries';
    throw new CommandFailed({ host: source.name, argv: [argv[3] ?? 'ssh'], exitCode, stderr, reason });
  };

  return {
    measure: async (plan: Plan) => {
      const argv = scriptArgv('measure-link', muxOf(plan), String(sshPort), remoteName(plan));
      const [rate = bytes(0), carried = bytes(0)] = await ask(argv, 'rate', 60);
      besides = carried;
      return rate;
    },
    carried: async (plan: Plan) => {
      const [carried = bytes(0)] = await ask(
        scriptArgv('carried', muxOf(plan), String(sshPort)),
        'carried',
        10,
      );
      return bytes(Math.max(0, carried - besides));
    },
    forget: () => {
      besides = 0;
    },
  };
};
