// Makes the runs that thresholds.js tells of: so many rounds at most, each number on each subject.
//   node dist/bench/prediction/try-thresholds.js DIRECTORY LAB REPETITIONS ROUNDS SUBJECT...     (ROUNDS: 1,2,3,6)
// Appends to DIRECTORY/SUBJECT.jsonl. Subjects change from run to run, so that no number of rounds always comes to a host that has
// just had the same container.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const program = fileURLToPath(new URL('run.js', import.meta.url));
const [directory = '.', lab = '', repetitions = '', rounds = '', ...subjects] = process.argv.slice(2);
if (subjects.length === 0 || !/^[1-9]\d*$/.test(repetitions) || !/^[1-9]\d*(,[1-9]\d*)*$/.test(rounds))
  throw new Error('try-thresholds.js DIRECTORY LAB REPETITIONS ROUNDS SUBJECT... (ROUNDS: 1,2,3,6)');
const each = rounds.split(',').flatMap((most) => subjects.map((subject) => ({ most, subject })));

for (let repetition = 0; repetition < Number(repetitions); repetition += 1) {
  const shift = (repetition * (subjects.length + 1)) % Math.max(1, each.length);
  for (const { most, subject } of [...each.slice(shift), ...each.slice(0, shift)]) {
    process.stderr.write(`${subject}, ${most} rounds at most\n`);
    // No growth stops them: what is compared is the number of rounds.
    const policy = ['--max-rounds', most, '--max-growth', '1000%'];
    await execa(process.execPath, [program, join(directory, `${subject}.jsonl`), lab, subject, ...policy], {
      stdio: 'inherit',
    });
  }
}
