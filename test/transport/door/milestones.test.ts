import { describe, expect, it } from 'vitest';
import type { RunningCommand } from '../../../engine/ports/host.ts';
import { followMilestones, type Milestones } from '../../../transport/door/milestones.ts';
import { fakeHost } from '../../fakes/fake-host.ts';

/** A command that prints these lines and ends. */
const ended = async (...lines: readonly string[]): Promise<RunningCommand> => {
  const host = fakeHost();
  const running = await host.start({ argv: ['keeper'] });
  for (const line of lines) host.started[0]?.say(line);
  host.started[0]?.finish();
  return running;
};

const failure = async (): Promise<Error> => new Error('the reason');

const follow = async (...lines: readonly string[]): Promise<Milestones<'held' | 'killed'>> =>
  followMilestones(await ended(...lines), ['held', 'killed'], failure);

describe('milestones', () => {
  it('are reached as the script prints them, whichever is waited for first', async () => {
    const progress = await follow('held', 'killed', 'exit 0');
    await progress.reached('killed');
    await progress.reached('held');
    expect(await progress.exitCode).toBe(0);
  });

  it('that the script never printed fail with the reason once the command has ended', async () => {
    const progress = await follow('held', 'exit 1');
    await progress.reached('held');
    await expect(progress.reached('killed')).rejects.toThrow('the reason');
    expect(await progress.exitCode).toBe(1);
  });

  it('are not reached before the script prints them', async () => {
    const host = fakeHost();
    const command = await host.start({ argv: ['keeper'] });
    const progress = followMilestones(command, ['held'], failure);
    let held = false;
    const reached = progress.reached('held').then(() => {
      held = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(held).toBe(false);
    host.started[0]?.say('held');
    await reached;
  });

  it('have no exit code when the command ended without printing one: its connection may be lost', async () => {
    expect(await (await follow('held')).exitCode).toBeUndefined();
  });

  it('pass every other line on', async () => {
    const others: string[] = [];
    const command = await ended('held', 'received 5', ' held', 'exit', 'exit -1', 'exit 3');
    const progress = followMilestones(command, ['held'], failure, (line) => others.push(line));
    expect(await progress.exitCode).toBe(3);
    expect(others).toEqual(['received 5', ' held', 'exit', 'exit -1']);
  });

  it('fail even when the host cannot be asked for the reason', async () => {
    const progress = followMilestones(await ended(), ['held'], () =>
      Promise.reject(new Error('unreachable')),
    );
    const error = await progress.reached('held').catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: expect.stringContaining('cannot be asked'),
      cause: { message: 'unreachable' },
    });
    expect(await progress.exitCode).toBeUndefined();
  });

  it('do not ask for a reason when the script reached them all', async () => {
    let asked = false;
    const progress = followMilestones(await ended('held', 'exit 0'), ['held'], () => {
      asked = true;
      return failure();
    });
    await progress.exitCode;
    expect(asked).toBe(false);
  });
});
