import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { partsOfReport, type ReportedDowntime, reportedDowntime } from './parts.ts';
import { ofRunc } from './runc.ts';
import { CONTAINER, type Migrated, type Scene, type Variant } from './variant.ts';

interface Reported {
  readonly outcome: string;
  readonly measured: ReportedDowntime;
}

const reported: z.ZodType<Reported> = z.looseObject({ outcome: z.string(), measured: reportedDowntime });
const json: z.ZodType<Readonly<Record<string, unknown>>> = z.record(z.string(), z.unknown());

/** `precopy migrate` as a user starts it. */
export const precopy: Variant = {
  ...ofRunc,
  name: 'precopy',
  endsOn: 'b',
  migrate: (scene, _server, options) => migrateWithPrecopy(scene, options),
};

const migrateWithPrecopy = async (scene: Scene, options: readonly string[]): Promise<Migrated> => {
  const stdout = await runPrecopy(scene, options);
  const report = json.parse(JSON.parse(stdout));
  const { outcome, measured } = reported.parse(report);
  if (outcome !== 'migrated') throw new Error(`precopy migrate: ${outcome}`);
  return {
    downtime: measured.total,
    report,
    parts: (gap, connecting) => partsOfReport(measured, gap, connecting),
  };
};

const runPrecopy = async (
  { precopy: [program, ...first], sshConfig, address }: Scene,
  options: readonly string[],
): Promise<string> => {
  // Its journal is of no use to anybody later.
  const state = await mkdtemp(join(tmpdir(), 'precopy-bench-'));
  const hosts = ['--from', 'a', '--to', 'b', '--to-address', address, '--ssh-config', sshConfig];
  const args = [...first, 'migrate', CONTAINER, ...hosts, '--json', '--yes', ...options];
  try {
    const { exitCode, stdout, stderr } = await execa(program, args, {
      reject: false,
      stdin: 'ignore',
      env: { XDG_STATE_HOME: state },
    });
    if (exitCode === 0) return stdout;
    throw new Error(
      `precopy migrate: exit ${exitCode}: ${stderr.trimEnd().split('\n').slice(-3).join(' / ')}`,
    );
  } finally {
    await rm(state, { recursive: true, force: true });
  }
};
