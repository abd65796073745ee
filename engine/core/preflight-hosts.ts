import type { HostFacts, Role } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';

/** What one host must have by itself. */
export const assessHost = (host: HostFacts, role: Role, runtime: string): Finding[] => [
  ...assessCriu(host),
  ...assessHold(host),
  ...assessCgroups(host),
  ...(role === 'source' ? assessDirtyTracking(host) : []),
  ...assessRequired(host, role, runtime),
  ...assessPrograms(host, runtime),
];

const assessCriu = ({ name, criuVersion, criuCheck }: HostFacts): Finding[] => {
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
  if (!criuCheck.ok) {
    return [
      {
        severity: 'error',
        code: 'criu-check-failed',
        message: `criu ${criuVersion} does not work on ${name}: ${criuCheck.detail}`,
        remedy: `Run "criu check" on ${name} as root and install a criu that fits its kernel.`,
      },
    ];
  }
  return [];
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

const assessDirtyTracking = ({ name, kernel, criuVersion, dirtyTracking }: HostFacts): Finding[] => {
  // Without criu nobody could ask the kernel.
  if (dirtyTracking.ok || criuVersion === undefined) {
    return [];
  }
  return [
    {
      severity: 'error',
      code: 'dirty-tracking-missing',
      message: `kernel ${kernel} of ${name} does not track dirty pages: ${dirtyTracking.detail}`,
      remedy: `Boot ${name} with a kernel built with CONFIG_MEM_SOFT_DIRTY.`,
    },
  ];
};

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
  if (differ(source.criuVersion, destination.criuVersion)) {
    findings.push({
      severity: 'error',
      code: 'criu-versions-differ',
      message:
        `criu is ${source.criuVersion} on ${source.name} and ${destination.criuVersion} on ` +
        `${destination.name}; its page stream is not negotiated between versions`,
      remedy: 'Install the same version of criu on both hosts.',
    });
  }
  return findings;
};

/** Something missing has a finding of its own. */
const differ = (left: string | undefined, right: string | undefined): boolean =>
  left !== undefined && right !== undefined && left !== right;
