import { messageOf } from '../../engine/model/errors.ts';
import { remoteHost } from '../../transport/host/remote-host.ts';
import { serverOf } from '../containers/server.ts';
import type { Lab } from '../lab/index.ts';
import type { RunRecord } from '../model/run-record.ts';
import type { Scene } from '../variants/variant.ts';
import { addRecord } from './results.ts';
import { type Measured, type Run, runOnce } from './run-once.ts';
import type { Planned } from './schedule.ts';
import { shapeWire } from './shape-wire.ts';
import { takeTurn } from './turn.ts';
import { machine, versionsOn } from './versions.ts';

export interface Bench {
  readonly lab: Lab;
  /** The precopy to measure, and its version. */
  readonly precopy: Scene['precopy'];
  readonly version: string;
  /** Where records go. */
  readonly file: string;
  /** A file whose lock is held while each variant runs once. */
  readonly turn: string | undefined;
  readonly signal: AbortSignal;
  onStart(planned: Planned, index: number): void;
  onRecord(record: RunRecord): void;
}

/** Runs all that is planned, in order, and keeps each record as soon as it is there. */
export const runAll = async (bench: Bench, plan: readonly Planned[]): Promise<readonly RunRecord[]> => {
  const { lab, precopy, version, file, signal } = bench;
  const ssh = { configFile: lab.sshConfig };
  const [a, b] = [remoteHost('a', ssh), remoteHost('b', ssh)];
  const scene: Scene = { a, b, address: lab.hosts.b.address, sshConfig: lab.sshConfig, precopy };
  const records: RunRecord[] = [];
  try {
    const versions = await versionsOn(a, version);
    for (const round of roundsOf(plan)) {
      const endTurn = await takeTurn(bench.turn, signal);
      try {
        for (const planned of round) {
          signal.throwIfAborted();
          bench.onStart(planned, records.length);
          const record = await runPlanned(planned, { scene, lab, versions, signal });
          await addRecord(file, record);
          records.push(record);
          bench.onRecord(record);
        }
      } finally {
        await endTurn();
      }
    }
  } finally {
    await shapeWire([a, b], undefined).catch(() => {});
    await Promise.allSettled([a.close(), b.close()]);
  }
  return records;
};

/** What is run in one turn: each variant of a scenario once, so that what is compared stood beside each other. */
const roundsOf = (plan: readonly Planned[]): readonly (readonly Planned[])[] => {
  const rounds = new Map<string, readonly Planned[]>();
  for (const planned of plan) {
    const name = `${planned.repetition} ${planned.scenario.name}`;
    rounds.set(name, [...(rounds.get(name) ?? []), planned]);
  }
  return [...rounds.values()];
};

interface Surroundings {
  readonly scene: Scene;
  readonly lab: Lab;
  readonly versions: RunRecord['versions'];
  readonly signal: AbortSignal;
}

const runPlanned = async (
  { scenario, variant, repetition }: Planned,
  { scene, lab, versions, signal }: Surroundings,
): Promise<RunRecord> => {
  const { name, workload, memoryBytes, dirtyRate, linkRate, policy } = scenario;
  const at = new Date().toISOString();
  await variant.setUp(scene);
  await shapeWire([scene.a, scene.b], linkRate);
  const { port } = serverOf(scenario);
  const ports = { a: await lab.publish('a', port), b: await lab.publish('b', port) };
  const run: Run = { scenario, variant, scene, ports };
  const measured = await runOnce(run, signal).catch((cause: unknown): Measured => {
    signal.throwIfAborted();
    // One that could not even be started does not end all others.
    return {
      outcome: 'failed',
      failure: messageOf(cause),
      totalTime: 0,
    };
  });
  return {
    version: 1,
    at,
    scenario: name,
    variant: variant.name,
    repetition,
    machine: machine(),
    versions,
    settings: {
      workload: workload.program,
      memoryBytes,
      dirtyRate,
      ...(linkRate === undefined ? {} : { linkRate }),
      ...(policy === undefined ? {} : { policy }),
    },
    ...measured,
  };
};
