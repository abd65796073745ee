import type { ContainerFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import { containerName } from '../../model/names.ts';
import { counted } from './amounts.ts';

/** What the container itself must be. `tcp`: what becomes of connections of a Docker container. */
export const assessContainer = (container: ContainerFacts, tcp: 'keep' | 'close' | undefined): Finding[] => [
  ...assessState(container),
  ...assessTerminal(container),
  ...assessTcp(container, tcp),
];

const assessState = (container: ContainerFacts): Finding[] => {
  const { state, pid } = container;
  const name = containerName(container);
  if (state === 'paused') {
    return [
      {
        severity: 'error',
        code: 'container-paused',
        message: `container ${name} is paused`,
        remedy: 'Resume the container first.',
      },
    ];
  }
  if (state !== 'running') {
    return [
      {
        severity: 'error',
        code: 'container-not-running',
        message: `container ${name} is ${state}, not running`,
        remedy: 'Start the container first; a stopped one has no memory to migrate.',
      },
    ];
  }
  if (!(pid > 0)) {
    return [
      {
        severity: 'error',
        code: 'container-without-process',
        message: `container ${name} is said to run, but its first process has pid ${pid}`,
        remedy: 'Look at the container with its own runtime; its first process is gone.',
      },
    ];
  }
  return [];
};

const assessTerminal = (container: ContainerFacts): Finding[] =>
  container.terminal
    ? [
        {
          severity: 'error',
          code: 'terminal',
          message: `container ${containerName(container)} has a terminal, whose other end is a program on the source`,
          remedy:
            container.docker === undefined
              ? 'Start the container without a terminal ("terminal": false in its configuration).'
              : 'Recreate the container without a terminal: docker run without -t, "tty: false" for compose.',
        },
      ]
    : [];

const assessTcp = ({ establishedTcp }: ContainerFacts, tcp: 'keep' | 'close' | undefined): Finding[] => {
  if (establishedTcp === 0) return [];
  const code = 'tcp-established';
  const connections = counted(establishedTcp, 'established TCP connection', 'established TCP connections');
  if (tcp === 'keep') {
    return [
      {
        severity: 'note',
        code,
        message: `${connections} will be kept`,
        remedy: 'Say --tcp close to have them closed at cut-over.',
      },
    ];
  }
  const again = 'Make sure that clients connect again';
  return [
    {
      severity: 'warning',
      code,
      message: `${connections} will be closed at cut-over`,
      remedy:
        tcp === undefined
          ? `${again}.`
          : `${again}. Only where the container's addresses move along can they be kept (--tcp auto or keep, not close).`,
    },
  ];
};
