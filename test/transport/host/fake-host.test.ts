import { describe, expect, it } from 'vitest';
import { CommandFailed } from '../../../engine/model/errors.ts';
import { hostFilesContract } from '../../contracts/host-files.ts';
import { fakeHost } from '../../fakes/fake-host.ts';

hostFilesContract(
  'fake host',
  async () => fakeHost(),
  async () => '/directory',
);

describe('fake host', () => {
  it('returns the output that the test sets, and records the commands', async () => {
    const host = fakeHost('a', ({ argv }) => (argv[0] === 'false' ? { exitCode: 1 } : { stdout: 'yes' }));
    expect((await host.run({ argv: ['true'] })).stdout).toBe('yes');
    await expect(host.run({ argv: ['false'] })).rejects.toBeInstanceOf(CommandFailed);
    expect((await host.probe({ argv: ['false'] })).exitCode).toBe(1);
    expect(host.commands.map(({ argv }) => argv[0])).toEqual(['true', 'false', 'false']);
  });

  it('lets the test play a started command', async () => {
    const host = fakeHost();
    const running = await host.start({ argv: ['sleep', '1'] });
    host.started[0]?.say('one');
    running.write('x');
    await running.kill('TERM');
    const lines: string[] = [];
    for await (const line of running.lines) lines.push(line);
    expect(lines).toEqual(['one']);
    expect(await running.exit).toEqual({ exitCode: undefined, stderr: '', lost: false });
    expect(host.started[0]).toMatchObject({ written: ['x'], signals: ['TERM'] });
  });
});
