import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Lab, openLab, startLab } from '../../bench/lab/index.ts';
import './provided.ts';

/**
 * One lab for all lab tests. `PRECOPY_LAB=NAME` uses a lab that is up already (`precopy lab up --name NAME`), for quicker
 * turns while working on one test.
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const name = process.env['PRECOPY_LAB'];
  const onProgress = (line: string): void => {
    process.stderr.write(`lab: ${line}\n`);
  };
  const lab: Lab = name === undefined ? await startLab({ owned: true, onProgress }) : await openLab(name);
  const addresses = { a: lab.hosts.a.address, b: lab.hosts.b.address };
  const stateHome = await mkdtemp(join(tmpdir(), 'precopy-state-'));
  project.provide('lab', { name: lab.name, sshConfig: lab.sshConfig, stateHome, addresses });
  return async () => {
    await rm(stateHome, { recursive: true, force: true });
    if (name === undefined) await lab.down();
  };
};
