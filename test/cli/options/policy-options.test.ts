import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  optionsFor,
  type PolicyOptions,
  policyFrom,
  withPolicyOptions,
} from '../../../cli/options/policy-options.ts';
import { defaultPolicy } from '../../../engine/core/rounds/default-policy.ts';
import { policyGrid } from '../../../engine/core/simulation/policy-grid.ts';
import { InvalidInput } from '../../../engine/model/errors.ts';

const command = (): Command =>
  withPolicyOptions(new Command('migrate'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });

const options = (...words: readonly string[]): PolicyOptions =>
  command()
    .parse([...words], { from: 'user' })
    .opts();

const refusal = (...words: readonly string[]): CommanderError => {
  try {
    options(...words);
  } catch (error) {
    if (error instanceof CommanderError) return error;
    throw error;
  }
  throw new Error(`${words.join(' ')} was accepted`);
};

describe('the policy', () => {
  it('is the default one without options', () => {
    expect(policyFrom(options())).toEqual(defaultPolicy);
    expect(options().stallTimeout).toBe(30_000);
  });

  it('is what the user gave', () => {
    const words = [
      '--max-rounds=3',
      '--min-dirty-pages=256KiB',
      '--max-growth=25%',
      '--max-downtime=300ms',
      '--deadline=1m30s',
      '--on-deadline=give-up',
      '--stall-timeout=5s',
      '--max-bandwidth=100Mbit/s',
      '--max-bandwidth-frozen=1GB/s',
    ];
    expect(policyFrom(options(...words))).toEqual({
      maxRounds: 3,
      minDirtyPages: 64,
      maxGrowth: 0.25,
      maxDowntime: 300,
      deadline: 90_000,
      onDeadline: 'give-up',
      maxBandwidth: 12_500_000,
      maxBandwidthFrozen: 1_000_000_000,
    });
    expect(options(...words).stallTimeout).toBe(5000);
  });

  it('keeps no value of one command for the next', () => {
    options('--max-rounds=3');
    expect(options().maxRounds).toBe(defaultPolicy.maxRounds);
  });

  it('accepts 0 pages, which means: never cut over for few dirty pages', () => {
    expect(options('--min-dirty-pages=0').minDirtyPages).toBe(0);
  });

  it('is the same again from the options that are recommended for it', () => {
    expect(optionsFor(defaultPolicy)).toEqual([]);
    for (const policy of policyGrid().filter((_, index) => index % 17 === 0))
      expect(policyFrom(options(...optionsFor(policy)))).toEqual(policy);
  });

  it('accepts 0 rounds, which means: stop-and-copy', () => {
    expect(policyFrom(options('--max-rounds=0')).maxRounds).toBe(0);
  });

  it('cannot give up without a deadline', () => {
    const contradictory = options('--on-deadline=give-up');
    expect(() => policyFrom(contradictory)).toThrow(InvalidInput);
    expect(() => policyFrom(contradictory)).toThrow(/--deadline/);
  });

  it.each([
    ['--max-bandwidth=100', /100Mbit\/s, 1Gbit\/s, 10MiB\/s/],
    ['--max-bandwidth-frozen=1Mbit/s', /4Mbit\/s or more/],
    ['--max-rounds=-1', /whole number; 0/],
    ['--max-rounds=many', /whole number; 0/],
    ['--min-dirty-pages=-1', /as 64, or a size/],
    ['--max-growth=10', /10%.*0\.1/],
    ['--max-downtime=300', /300ms, 2s/],
    ['--deadline=soon', /300ms, 2s/],
    ['--on-deadline=never', /cut-over, give-up/],
    ['--stall-timeout=0s', /300ms, 2s/],
  ])('refuses %s with the allowed form', (word, form) => {
    const { code, message } = refusal(word);
    expect(code).toBe('commander.invalidArgument');
    expect(message).toContain(word.split('=')[0]);
    expect(message).toMatch(form);
  });

  it('shows its defaults in the help, as options have them', () => {
    const help = command().helpInformation().replaceAll(/\s+/g, ' ');
    for (const shown of ['(default: 8)', '(default: 64)', '(default: 10%)', '(default: 30s)']) {
      expect(help).toContain(shown);
    }
  });
});
