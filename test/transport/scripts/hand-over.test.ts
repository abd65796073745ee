import { mkdir, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { handOverThere, readVerdicts, type There } from './hand-over-there.ts';
import { atEnd, type StartedScript, startCommand } from './start-script.ts';

const peer = async ({ directory }: There): Promise<StartedScript> => {
  const started = await startCommand(['bash', `${directory}/hand-over.sh`]);
  await started.says('ready');
  return started;
};

const verdictsAt = async ({ directory }: There): Promise<StartedScript> => {
  const verdicts = await readVerdicts(directory);
  atEnd(verdicts.kill);
  await verdicts.says('reading');
  return verdicts;
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.concurrent('hand-over.sh', () => {
  it('passes the words of both sides on to each other', async () => {
    const there = await handOverThere();
    const verdicts = await verdictsAt(there);
    const started = await peer(there);
    started.write('restore\n');
    await verdicts.says('restore');
    await there.say('prepared');
    await started.says('prepared');
    started.write('resume\n');
    await verdicts.says('resume');
    await there.say('resumed');
    expect((await started.ended).told).toEqual(['ready', 'prepared', 'resumed']);
  });

  it('has nothing restored that was called off before', async () => {
    const there = await handOverThere();
    const verdicts = await verdictsAt(there);
    await mkdir(`${there.directory}/claimed`);
    const started = await peer(there);
    started.write('restore\n');
    expect((await started.ended).told).toEqual(['ready', 'failed']);
    expect(verdicts.told).toEqual(['reading']);
  });

  it('has nothing restored that nobody has looked at, whatever the source says', async () => {
    const there = await handOverThere();
    await rm(`${there.directory}/verified`);
    const verdicts = await verdictsAt(there);
    const started = await peer(there);
    started.write('restore\n');
    expect((await started.ended).told).toEqual(['ready', 'failed']);
    await verdicts.says('discard');
    // Nor when it asks again, and has been looked at meanwhile.
    await writeFile(`${there.directory}/verified`, '');
    const again = await peer(there);
    again.write('restore\n');
    expect((await again.ended).told).toEqual(['ready', 'failed']);
    expect(verdicts.told).toEqual(['reading', 'discard']);
  });

  it('gives no verdict when the connection is lost', async () => {
    const there = await handOverThere();
    const verdicts = await verdictsAt(there);
    const started = await peer(there);
    started.write('restore\n');
    await there.say('prepared');
    await started.says('prepared');
    started.endInput();
    await started.ended;
    await pause(100);
    expect(verdicts.told).toEqual(['reading', 'restore']);
  });

  it('says that it failed when nobody is left who could restore', async () => {
    const there = await handOverThere();
    const started = await peer(there);
    await writeFile(`${there.directory}/keeper`, '4194305\n');
    started.write('restore\n');
    expect((await started.ended).told).toEqual(['ready', 'failed']);
  });

  it('asked for nothing, does nothing', async () => {
    const there = await handOverThere();
    const verdicts = await verdictsAt(there);
    const started = await peer(there);
    started.endInput();
    expect((await started.ended).told).toEqual(['ready']);
    expect(verdicts.told).toEqual(['reading']);
  });

  it('resumes what is held, for a source that had to connect anew', async () => {
    const there = await handOverThere();
    const verdicts = await verdictsAt(there);
    await writeFile(`${there.directory}/prepared`, '');
    const started = await startCommand(['bash', `${there.directory}/hand-over.sh`, 'resume']);
    await verdicts.says('resume');
    await writeFile(`${there.directory}/resumed`, '');
    expect((await started.ended).told).toEqual(['resumed']);
  });

  it('says `resumed` of what was resumed already, and asks nobody', async () => {
    const there = await handOverThere();
    const verdicts = await verdictsAt(there);
    await writeFile(`${there.directory}/prepared`, '');
    await writeFile(`${there.directory}/resumed`, '');
    const started = await startCommand(['bash', `${there.directory}/hand-over.sh`, 'resume']);
    expect((await started.ended).told).toEqual(['resumed']);
    expect(verdicts.told).toEqual(['reading']);
  });

  it('does not say so of what is not there', async () => {
    const there = await handOverThere();
    const started = await startCommand(['bash', `${there.directory}/hand-over.sh`, 'resume']);
    expect(await started.ended).toMatchObject({ told: [], exit: { exitCode: 1 } });
  });
});
