import { describe, expect, it } from 'vitest';
import { exitCodeOf, exitCodes, explain } from '../../../cli/terminal/exit-codes.ts';
import * as errors from '../../../engine/model/errors.ts';

const finding = { severity: 'error', code: 'criu-missing', message: 'criu is not installed on b' } as const;
const command = { host: 'a', argv: ['runc', 'checkpoint'], exitCode: 1, stderr: 'criu failed\n' };

/** One of each class the engine throws. */
const examples: Readonly<Record<Exclude<keyof typeof errors, 'messageOf'>, { error: Error; code: number }>> =
  {
    CommandFailed: { error: new errors.CommandFailed(command), code: 1 },
    HostUnreachable: { error: new errors.HostUnreachable('b', 'no route'), code: 7 },
    InvalidInput: { error: new errors.InvalidInput('no such container'), code: 2 },
    PlanRejected: { error: new errors.PlanRejected([finding]), code: 3 },
    IllegalTransition: { error: new errors.IllegalTransition('done', 'frozen'), code: 1 },
    InDoubt: { error: new errors.InDoubt('unknown'), code: 1 },
  };

describe('an error', () => {
  it.each(Object.entries(examples))(
    'of class %s has its exit code and its own message',
    (_, { error, code }) => {
      const explanation = explain(error);
      expect(explanation.code).toBe(code);
      expect(explanation.line).toContain(error.message);
    },
  );

  it('of a known class is not called unexpected', () => {
    for (const name of ['CommandFailed', 'HostUnreachable', 'InvalidInput', 'PlanRejected'] as const) {
      expect(explain(examples[name].error).line).toBe(examples[name].error.message);
    }
  });

  it('that names a host has a hint for that host', () => {
    expect(explain(examples.HostUnreachable.error).hint).toContain('ssh b true');
    expect(explain(examples.CommandFailed.error).hint).toContain('run runc on a by hand');
    expect(explain(examples.PlanRejected.error).hint).toContain('precopy check');
  });

  it('of an interruption before anything was changed says so', () => {
    const abort = new DOMException('interrupted', 'AbortError');
    expect(explain(abort)).toEqual({ line: 'interrupted; nothing was changed', code: 130 });
  });

  it.each([
    [new TypeError('x is not a function'), 'x is not a function'],
    ['a string', 'a string'],
    [undefined, 'undefined'],
  ])('of any other class is unexpected (%s)', (error, text) => {
    expect(explain(error)).toEqual({ line: `unexpected error: ${text}`, code: 1 });
  });
});

describe('an outcome', () => {
  it.each([
    ['migrated', 0],
    ['rolled-back', 4],
    ['gave-up', 5],
    ['in-doubt', 6],
    ['ended', 8],
  ] as const)('%s has its exit code', (outcome, code) => {
    expect(exitCodeOf(outcome, false)).toBe(code);
  });

  it('rolled back on request is an interruption', () => {
    expect(exitCodeOf('rolled-back', true)).toBe(130);
  });

  it.each(['migrated', 'in-doubt', 'gave-up', 'ended'] as const)(
    '%s has the same exit code after an interruption',
    (outcome) => {
      expect(exitCodeOf(outcome, true)).toBe(exitCodeOf(outcome, false));
    },
  );

  it('has a code of its own', () => {
    const codes = Object.values(exitCodes);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
