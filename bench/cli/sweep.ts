import { InvalidArgumentError } from 'commander';
import { parseBandwidth, parseCount, parseSize } from '../../cli/options/values.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import { bytes } from '../../engine/model/units.ts';
import { size } from '../../engine/observe/text/format.ts';
import { type Scenario, scenarioSchema } from '../model/scenario.ts';

/** A setting, and what it is to be in turn. */
export interface Swept {
  readonly setting: 'memory' | 'dirty-rate' | 'link-rate';
  readonly values: readonly number[];
}

const FORM =
  'Give a setting and its values: memory=64MiB,128MiB, dirty-rate=100,500 or link-rate=100Mbit/s,1Gbit/s.';

export const swept = (text: string): Swept => {
  const [, setting, values = ''] = /^(memory|dirty-rate|link-rate)=(.+)$/.exec(text) ?? [];
  const list = values.split(',');
  switch (setting) {
    case 'memory':
      return { setting, values: list.map(parseSize) };
    case 'dirty-rate':
      return { setting, values: list.map(parseCount) };
    case 'link-rate':
      return { setting, values: list.map((each) => parseBandwidth(each) * 8) };
    default:
      throw new InvalidArgumentError(FORM);
  }
};

/** A scenario for each value, each with a name of its own. A working set keeps its share of the memory. */
export const sweepOf = (scenario: Scenario, { setting, values }: Swept): readonly Scenario[] =>
  values.map((value) => {
    const changed = changedTo(scenario, setting, value);
    const parsed = scenarioSchema.safeParse(changed);
    if (parsed.success) return parsed.data;
    throw new InvalidInput(
      `${changed.name}: ${parsed.error.issues.map(({ message }) => message).join('; ')}`,
    );
  });

const changedTo = (scenario: Scenario, setting: Swept['setting'], value: number): Scenario => {
  switch (setting) {
    case 'memory':
      return {
        ...withMemory(scenario, value),
        name: `${scenario.name}.memory-${size(bytes(value)).replace(' ', '')}`,
      };
    case 'dirty-rate':
      return { ...scenario, dirtyRate: value, name: `${scenario.name}.dirty-rate-${value}` };
    case 'link-rate':
      return { ...scenario, linkRate: value, name: `${scenario.name}.link-rate-${value / 1e6}Mbit` };
  }
};

const withMemory = (scenario: Scenario, memoryBytes: number): Scenario => {
  const { workload } = scenario;
  if (workload.program !== 'churn') return { ...scenario, memoryBytes };
  const workingSetBytes = Math.round((workload.workingSetBytes / scenario.memoryBytes) * memoryBytes);
  return { ...scenario, memoryBytes, workload: { ...workload, workingSetBytes } };
};
