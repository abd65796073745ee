import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { defaultSuite, type Lab, openLab, startLab, suites } from '../../bench/lab/index.ts';
import type { ProvidedLab } from './provided.ts';

/**
 * A lab for each worker. `PRECOPY_LAB=NAME` uses a lab that is up already (`precopy-bench lab up --name NAME`), and one worker, for
 * quicker turns while working on one test.
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const name = process.env['PRECOPY_LAB'];
  const labs: Lab[] = [];
  const homes: string[] = [];
  const teardown = async (): Promise<void> => {
    for (const home of homes) await rm(home, { recursive: true, force: true });
    if (name === undefined) await Promise.all(labs.map((lab) => lab.down()));
  };
  const provide = async (lab: Lab): Promise<ProvidedLab> => {
    labs.push(lab);
    const stateHome = await mkdtemp(join(tmpdir(), 'precopy-state-'));
    homes.push(stateHome);
    const addresses = { a: lab.hosts.a.address, b: lab.hosts.b.address };
    return { name: lab.name, sshConfig: lab.sshConfig, stateHome, addresses };
  };
  const onProgress = (line: string): void => {
    process.stderr.write(`lab: ${line}\n`);
  };
  const suite = suites.find((each) => each === process.env['PRECOPY_SUITE']) ?? defaultSuite;
  const count = name === undefined ? project.config.maxWorkers : 1;
  try {
    const provided: ProvidedLab[] = [];
    for (let each = 0; each < count; each += 1)
      provided.push(
        await provide(
          await (name === undefined ? startLab({ suite, owned: true, onProgress }) : openLab(name)),
        ),
      );
    project.provide('labs', provided);
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
};
