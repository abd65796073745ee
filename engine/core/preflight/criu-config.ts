import type { CriuSetting, HostFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import { type Contradiction, contradictions, harmless, tcpContradictions } from './criu-options.ts';

/** What criu's own configuration on the hosts says against a migration. `tcp`: what becomes of connections. */
export const assessCriuConfig = (
  source: HostFacts,
  destination: HostFacts,
  tcp: 'keep' | 'close',
): Finding[] => [
  ...assessContradictions(source, tcp),
  ...assessContradictions(destination, tcp),
  ...assessDifferences(source, destination),
];

const assessContradictions = ({ name, criuSettings }: HostFacts, tcp: 'keep' | 'close'): Finding[] =>
  criuSettings.flatMap((setting): Finding[] => {
    const found = contradictionOf(setting, tcp);
    if (found === undefined) return [];
    const { file, line } = setting;
    return [
      {
        severity: 'error',
        code: 'criu-config-contradicts',
        message: `${file} on ${name} says "${textOf(setting)}" in line ${line}: ${found.why}`,
        remedy: `Put a # before line ${line} of ${file} on ${name} until the migration is over.`,
      },
    ];
  });

const contradictionOf = (setting: CriuSetting, tcp: 'keep' | 'close'): Contradiction | undefined => {
  const option = fullName(setting.option);
  const found = contradictions.get(option) ?? tcpContradictions[tcp].get(option);
  if (found === undefined || (found.where === 'last' && !setting.last)) return undefined;
  return found.fine?.includes(setting.value) ? undefined : found;
};

const names: readonly string[] = [
  ...contradictions.keys(),
  ...Object.values(tcpContradictions).flatMap((each) => [...each.keys()]),
  ...harmless,
];

/** criu takes an option by any beginning that only one has (getopt_long). */
const fullName = (option: string): string => {
  const [first, ...more] = names.filter((name) => name.startsWith(option));
  return first === undefined || names.includes(option) || new Set([first, ...more]).size > 1 ? option : first;
};

/** Options that have to be the same at the dump and at the restore. */
const assessDifferences = (source: HostFacts, destination: HostFacts): Finding[] => [
  ...onlyOn(source, destination),
  ...onlyOn(destination, source),
];

const onlyOn = (host: HostFacts, other: HostFacts): Finding[] => {
  const there = new Set(mattering(other.criuSettings).map(textOf));
  return mattering(host.criuSettings)
    .filter((setting) => !there.has(textOf(setting)))
    .map((setting) => ({
      severity: 'warning',
      code: 'criu-config-differs',
      message:
        `${setting.file} on ${host.name} says "${textOf(setting)}" in line ${setting.line}, ` +
        `and criu's configuration on ${other.name} does not: what is dumped may not be restored`,
      remedy: `Put the same line into ${setting.file} on ${other.name}, or a # before the line on ${host.name}.`,
    }));
};

const mattering = (settings: readonly CriuSetting[]): readonly CriuSetting[] =>
  settings.filter(({ option }) => {
    const name = fullName(option);
    return !harmless.has(name) && !contradictions.has(name);
  });

const textOf = ({ option, value }: CriuSetting): string => (value === '' ? option : `${option} ${value}`);
