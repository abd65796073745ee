import type { ContainerFacts, MemoryFacts, UnreachableMemory } from '../../model/facts.ts';
import type { Calibration, ContainerCosts, CostModel } from '../../model/policy.ts';
import type { Round } from '../../model/round.ts';
import { type Bytes, bytes, millis } from '../../model/units.ts';

/**
 * An ordinary pair of machines: process start-up and system calls at native speed, images in memory.
 * The figures are a start; rounds scale them to the hosts at hand (`calibrate`), earlier migrations replace them.
 */
export const ordinary: Omit<CostModel, keyof ContainerCosts> = {
  // criu looks once, then polls the freezer every 100 ms.
  fixedFreeze: millis(100),
  // criu enters each process and writes everything but memory.
  fixedDump: millis(200),
  // A few dozen small files.
  fixedTransfer: millis(50),
  // runtime and criu start, namespaces and mounts are made.
  fixedRestore: millis(250),
  // The last sync of files runs beside the dump; this is what sticks out.
  fileSync: millis(50),
  // Images other than memory come to whoever runs the migration, and are decoded.
  verify: millis(100),
  // Two messages over an open connection.
  resume: millis(30),
  // runtime and criu start up, three times criu.
  roundOverhead: millis(300),
  // Nothing else is known about hosts that nobody has seen.
  roundsTell: 1,
  // 1 s per GiB: pages copied once from cached images.
  restorePerByte: 1000 / 1024 ** 3,
};

/** Memory that no round can copy. */
export const unreachableMemory = (memory: MemoryFacts): Bytes =>
  sumOf([...memory.unreachable, ...memory.tmpfs]);

/** What a tmpfs holds is in no process's account. */
const copyableMemory = ({ resident, unreachable }: MemoryFacts): Bytes =>
  bytes(Math.max(0, resident - sumOf(unreachable)));

const sumOf = (parts: readonly UnreachableMemory[]): Bytes =>
  bytes(parts.reduce((sum, part) => sum + part.size, 0));

/** Costs of a cut-over before any round was seen. */
export const defaultCosts = (
  container: Pick<ContainerFacts, 'memory'>,
  calibration: Calibration = {},
): CostModel => ({
  ...ordinary,
  ...calibration,
  resident: container.memory.resident,
  copyable: copyableMemory(container.memory),
  unreachable: unreachableMemory(container.memory),
});

/** A host is never taken to be more than this much faster or slower than the figures say. */
const FASTEST = 0.5;
const SLOWEST = 20;

/**
 * Costs corrected by what the rounds of this migration show: how much longer than expected processes take to start
 * scales all that is work of the processor, and the freezes seen replace the assumed one.
 *
 * `costs` are always those of `defaultCosts`: the result must not be calibrated again.
 */
export const calibrate = (costs: CostModel, rounds: readonly Round[]): CostModel => {
  const overhead = overheadOf(rounds);
  const slowness = overhead === undefined ? 1 : (overhead / costs.roundOverhead) ** costs.roundsTell;
  const factor = Number.isFinite(slowness) ? Math.min(SLOWEST, Math.max(FASTEST, slowness)) : 1;
  const freezing = median(rounds.map((round) => round.dirty.freezing));
  return {
    ...costs,
    fixedFreeze: millis(freezing ?? costs.fixedFreeze),
    fixedDump: millis(costs.fixedDump * factor),
    fixedTransfer: millis(costs.fixedTransfer * factor),
    fixedRestore: millis(costs.fixedRestore * factor),
    fileSync: millis(costs.fileSync * factor),
    verify: millis(costs.verify * factor),
    resume: millis(costs.resume * factor),
    restorePerByte: costs.restorePerByte * factor,
  };
};

/** What processes take to start, by which hosts are compared: with themselves at another time, too. */
export const overheadOf = (rounds: readonly Round[]): number | undefined =>
  median(rounds.map((round) => round.duration - round.transfer));

/** The middle one: a single hiccup does not make a host slow. */
export const median = (values: readonly number[]): number | undefined => {
  const sorted = values.filter((value) => Number.isFinite(value) && value >= 0).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
};
