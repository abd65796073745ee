import type { HostFacts, Role } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import { criuPair, isTooOld, knownFailure, oldestCriu } from './criu-versions.ts';

/** What one host must have by itself. */
export const assessHost = (host: HostFacts, role: Role, runtime: string): Finding[] => [
  ...assessCriu(host),
  ...assessHold(host),
  ...assessCgroups(host),
  ...assessRequired(host, role, runtime),
  ...assessPrograms(host, runtime),
];

const assessCriu = (host: HostFacts): Finding[] => {
  const { name, criuVersion, criuCheck } = host;
  if (criuVersion === undefined) {
    return [
      {
        severity: 'error',
        code: 'criu-missing',
        message: `criu is not installed on ${name}`,
        remedy: `Install criu on ${name}, the same version as on the other host.`,
      },
    ];
  }
  if (!criuCheck.ok) return [checkFailed(criuVersion, host)];
  return isTooOld(criuVersion) ? [tooOld(criuVersion, name)] : [];
};

const tooOld = (version: string, name: string): Finding => ({
  severity: 'error',
  code: 'criu-too-old',
  message: `criu ${version} on ${name} calls no action script when runc asks it, and ends instead: a cut-over rests on that`,
  remedy: `Install criu ${oldestCriu} or later on ${name}.`,
});

const checkFailed = (version: string, { name, kernel, criuCheck: { detail } }: HostFacts): Finding => {
  const known = knownFailure(detail);
  return {
    severity: 'error',
    code: 'criu-check-failed',
    message:
      known === undefined
        ? `criu ${version} does not work on ${name}: ${detail}`
        : `criu ${version} does not start on ${name}, which has kernel ${kernel}: ${known.why}`,
    remedy:
      known?.remedy(name) ?? `Run "criu check" on ${name} as root and install a criu that fits its kernel.`,
  };
};

/** All that keeps two copies from running rests on it. */
const assessHold = ({ name, criuVersion, criuCheck, hold }: HostFacts): Finding[] => {
  // A criu that does not work has a finding of its own.
  if (hold.ok || criuVersion === undefined || !criuCheck.ok) return [];
  return [
    {
      severity: 'error',
      code: 'hold-unproven',
      message: `criu ${criuVersion} on ${name} does not hold a process as a cut-over needs it: ${hold.detail}`,
      remedy: `Try "criu dump" with an action script on ${name}, and install a criu that fits its kernel.`,
    },
  ];
};

/** A container is frozen, counted and killed as one cgroup, which v1 cannot do. */
const assessCgroups = ({ name, cgroupVersion }: HostFacts): Finding[] =>
  cgroupVersion === 2
    ? []
    : [
        {
          severity: 'error',
          code: 'cgroup-v1',
          message:
            `${name} uses cgroup v1${cgroupVersion === 'hybrid' ? ', beside an empty hierarchy of v2' : ''}: ` +
            'the processes of a container can be found, frozen and killed together only with cgroup v2',
          remedy: `Boot ${name} with the kernel argument systemd.unified_cgroup_hierarchy=1.`,
        },
      ];

const assessRequired = (host: HostFacts, role: Role, runtime: string): Finding[] => {
  const missing: Finding[] = [];
  // A destination without Docker has a finding of its own.
  if (host.runtimeVersion === undefined && !(runtime === 'docker' && role === 'destination')) {
    missing.push({
      severity: 'error',
      code: 'runtime-missing',
      message: `the runtime ${runtime} is not installed on ${host.name}`,
      remedy: `Install ${runtime} on ${host.name}.`,
    });
  }
  if (host.rsyncVersion === undefined) {
    missing.push({
      severity: 'error',
      code: 'rsync-missing',
      message: `rsync is not installed on ${host.name}`,
      remedy: `Install rsync on ${host.name}.`,
    });
  }
  return missing;
};

const assessPrograms = (host: HostFacts, runtime: string): Finding[] => {
  // These have findings of their own.
  const others = host.missingPrograms.filter((program) => !['criu', 'rsync', runtime].includes(program));
  if (others.length === 0) {
    return [];
  }
  const programs = others.join(', ');
  return [
    {
      severity: 'error',
      code: 'programs-missing',
      message: `programs that a migration calls are missing on ${host.name}: ${programs}`,
      remedy: `Install ${programs} on ${host.name}.`,
    },
  ];
};

/** What the two hosts must have in common. */
export const assessHostPair = (source: HostFacts, destination: HostFacts): Finding[] => {
  const findings: Finding[] = [];
  if (source.architecture !== destination.architecture) {
    findings.push({
      severity: 'error',
      code: 'architectures-differ',
      message: `${source.name} is ${source.architecture}, ${destination.name} is ${destination.architecture}`,
      remedy: 'Choose a destination of the same architecture.',
    });
  }
  findings.push(...assessCriuPair(source, destination));
  return findings;
};

/** One that is missing has a finding of its own. */
const assessCriuPair = (source: HostFacts, destination: HostFacts): Finding[] => {
  const pair = criuPair(source.criuVersion, destination.criuVersion);
  if (pair === undefined || pair.kind === 'same') return [];
  const versions = `criu is ${source.criuVersion} on ${source.name} and ${destination.criuVersion} on ${destination.name}`;
  return pair.kind === 'refused'
    ? [
        {
          severity: 'error',
          code: 'criu-versions-differ',
          message: `${versions}: ${pair.why}`,
          remedy: 'Install the same version of criu on both hosts.',
        },
      ]
    : [
        {
          severity: 'warning',
          code: 'criu-newer-on-destination',
          message: `${versions}, which restores what the older one writes; the way back will be refused`,
          remedy: 'Install the same version of criu on both hosts.',
        },
      ];
};
