import type { MemorySample } from '../../engine/model/compression.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes, millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';

/** Compresses some of the container's memory on the source. Returns undefined when that fails. */
export const sampleMemory = async (
  host: Host,
  { container: { pid, cgroupPath } }: Plan,
): Promise<MemorySample | undefined> => {
  const argv = scriptArgv('sample-memory', pid, cgroupPath);
  const { exitCode, stdout } = await host.probe({ argv, timeout: millis(30_000) });
  const [size, compressed, took] = stdout.split('\n').map(Number);
  if (exitCode !== 0 || !isAmount(size) || !isAmount(compressed) || !isAmount(took)) return undefined;
  return { size: bytes(size), compressed: bytes(compressed), took: millis(took) };
};

const isAmount = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value > 0;
