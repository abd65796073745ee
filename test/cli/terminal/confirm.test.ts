import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { confirmWarnings } from '../../../cli/terminal/confirm.ts';
import { InvalidInput } from '../../../engine/model/errors.ts';
import type { Finding } from '../../../engine/model/finding.ts';

const warning: Finding = { severity: 'warning', code: 'tcp', message: 'connections will be closed' };
const note: Finding = { severity: 'note', code: 'memory', message: '100 MiB' };
const never = new AbortController().signal;

const originals = ['stdin', 'stderr'].map(
  (name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const,
);

/** Replaces the streams of the process. */
const standIn = (isTTY: {
  readonly stdin: boolean;
  readonly stderr: boolean;
}): { stdin: PassThrough; asked(): string } => {
  const stdin = Object.assign(new PassThrough(), { isTTY: isTTY.stdin });
  const stderr = Object.assign(new PassThrough(), { isTTY: isTTY.stderr });
  let text = '';
  stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
  Object.defineProperty(process, 'stderr', { value: stderr, configurable: true });
  return { stdin, asked: () => text };
};

afterEach(() => {
  for (const [name, descriptor] of originals) {
    if (descriptor !== undefined) Object.defineProperty(process, name, descriptor);
  }
});

describe('a confirmation', () => {
  it('is not needed without warnings', async () => {
    standIn({ stdin: false, stderr: false });
    expect(await confirmWarnings([note], false, never)).toBe(true);
    expect(await confirmWarnings([], false, never)).toBe(true);
  });

  it('can be given beforehand', async () => {
    standIn({ stdin: false, stderr: false });
    expect(await confirmWarnings([warning], true, never)).toBe(true);
  });

  it.each([
    { stdin: false, stderr: false },
    { stdin: false, stderr: true },
    { stdin: true, stderr: false },
  ])('is refused without a terminal (%o), with a remedy', async (terminals) => {
    standIn(terminals);
    const asked = confirmWarnings([warning], false, never);
    await expect(asked).rejects.toThrow(InvalidInput);
    await expect(asked).rejects.toThrow(/--dry-run.*--yes/);
  });

  it.each([
    ['y', true],
    ['YES ', true],
    ['n', false],
    ['', false],
    ['yeah', false],
  ])('is asked for on a terminal: %j', async (answer, expected) => {
    const { stdin, asked } = standIn({ stdin: true, stderr: true });
    const answered = confirmWarnings([warning], false, never);
    stdin.write(`${answer}\n`);
    expect(await answered).toBe(expected);
    expect(asked()).toContain('Migrate despite the warnings? [y/N]');
  });

  it('can be interrupted', async () => {
    standIn({ stdin: true, stderr: true });
    const controller = new AbortController();
    const answered = confirmWarnings([warning], false, controller.signal);
    controller.abort(new DOMException('interrupted', 'AbortError'));
    await expect(answered).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is a no when the terminal goes away', async () => {
    const { stdin } = standIn({ stdin: true, stderr: true });
    const answered = confirmWarnings([warning], false, never);
    stdin.end();
    expect(
      await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 500, 'still asking'))]),
    ).toBe(false);
  });
});
