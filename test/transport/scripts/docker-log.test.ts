import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type DockerSetting, dockerSetting, ID } from './docker-setting.ts';
import { startScript } from './start-script.ts';

const ROOM = 200;
const record = (number: number): string => `{"log":"  line ${number}\\n","stream":"stdout"}\n`;
const records = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => record(from + index)).join('');
const spaces = (count: number): string => ' '.repeat(count);

/** What `docker logs` makes of it: one record after the other, wherever spaces are. */
const shown = (log: string): readonly string[] =>
  log.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line).log]));

interface Log {
  readonly staged: string;
  readonly live: string;
  readonly setting: DockerSetting;
}

const withLog = async (soFar: string): Promise<Log> => {
  const setting = await dockerSetting();
  const [staged, live] = [`${setting.bundle}/precopy-log`, `${setting.bundle}/json.log`];
  await writeFile(staged, soFar);
  await writeFile(`${setting.directory}/log`, `${staged}\n${live}\n`);
  return { staged, live, setting };
};

/** Parks a restore, has the source log something meanwhile, and restores: the log as it is in the end. */
const moved = async ({ live, setting }: Log, change: () => Promise<void>): Promise<string> => {
  const { directory, variables } = setting;
  const keeper = await startScript('parked-docker', [directory, ID], {
    ...variables,
    PRECOPY_LOG_ROOM: String(ROOM),
  });
  await keeper.says('parked');
  const { size } = await stat(live);
  await change();
  await mkdir(`${directory}/claimed`);
  await writeFile(`${directory}/verdict`, 'restore\n');
  await keeper.says('prepared');
  keeper.write('resume\n');
  expect((await keeper.ended).told.at(-1)).toBe('exit 0');
  const log = await readFile(live, 'utf8');
  // Docker shows as much as there was when it opened it.
  expect(log).toHaveLength(size);
  return log;
};

const histories: readonly (readonly [string, string])[] = [
  ['which has seen no move', ''],
  ['which has room of an earlier move in it', spaces(500)],
];

describe.concurrent('the log of a container of Docker', () => {
  it('has what was there when it was parked, what came since, and room', async () => {
    const log = await withLog(records(1, 3));
    const after = await moved(log, () => appendFile(log.staged, records(4, 5)));
    expect(after).toBe(`${records(1, 5)}${spaces(ROOM - records(4, 5).length)}`);
  });

  it('does not grow by the room of every move it has seen', async () => {
    const before = `${records(1, 2)}${spaces(150)}${records(3, 3)}${spaces(90)}`;
    const log = await withLog(before);
    const after = await moved(log, () => appendFile(log.staged, records(4, 5)));
    expect(after).toBe(`${records(1, 5)}${spaces(ROOM - records(4, 5).length)}`);
  });

  it.each(histories)('lets its oldest records go for more than there is room for, %s', async (_, room) => {
    const log = await withLog(`${records(1, 4)}${room}`);
    const after = await moved(log, () => appendFile(log.staged, records(5, 20)));
    const lines = shown(after);
    expect(lines.at(-1)).toBe('  line 20\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(lines).toEqual(shown(records(21 - lines.length, 20)));
  });

  it.each(histories)('is the new one where it was rotated meanwhile, %s', async (_, room) => {
    const log = await withLog(`${records(1, 4)}${room}`);
    const after = await moved(log, () => writeFile(log.staged, records(5, 6)));
    expect(shown(after)).toEqual(shown(records(5, 6)));
  });

  it('is one without a record, too', async () => {
    const log = await withLog('');
    expect(shown(await moved(log, () => appendFile(log.staged, record(1))))).toEqual(['  line 1\n']);
  });
});
