import { expect, it } from 'vitest';
import { precopyBench } from './run-program.ts';

it('precopy-bench has the lab, the demo and the measurements', async () => {
  const { exitCode, stdout } = await precopyBench('--help');
  expect(exitCode).toBe(0);
  for (const name of ['lab', 'demo', 'run', 'sweep', 'compare', 'show', 'report'])
    expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
});

it.each([
  ['a command of a command', ['lab', 'sideways'], /sideways/],
  ['an option', ['lab', 'up', '--no-such'], /--no-such/],
])('precopy-bench refuses %s that is unknown with exit code 2', async (_, words, expected) => {
  const { exitCode, stderr } = await precopyBench(...words);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(expected);
});

it('precopy-bench says the remedy of an error of the lab', async () => {
  const { exitCode, stderr } = await precopyBench('lab', 'ssh', '--name', 'not-there', 'a', 'true');
  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    "precopy-bench: there is no lab 'not-there'\nTry: npx precopy-bench lab up --name not-there\n",
  );
});
