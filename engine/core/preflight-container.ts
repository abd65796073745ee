import type { ContainerFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { counted } from './amounts.ts';

/** What the container itself must be. */
export const assessContainer = (container: ContainerFacts): Finding[] => [
  ...assessState(container),
  ...assessTerminal(container),
  ...assessTcp(container),
];

const assessState = ({ id, state, pid }: ContainerFacts): Finding[] => {
  if (state === 'paused') {
    return [
      {
        severity: 'error',
        code: 'container-paused',
        message: `container ${id} is paused`,
        remedy: 'Resume the container first.',
      },
    ];
  }
  if (state !== 'running') {
    return [
      {
        severity: 'error',
        code: 'container-not-running',
        message: `container ${id} is ${state}, not running`,
        remedy: 'Start the container first; a stopped one has no memory to migrate.',
      },
    ];
  }
  if (!(pid > 0)) {
    return [
      {
        severity: 'error',
        code: 'container-without-process',
        message: `container ${id} is said to run, but its first process has pid ${pid}`,
        remedy: 'Look at the container with its own runtime; its first process is gone.',
      },
    ];
  }
  return [];
};

const assessTerminal = ({ id, terminal }: ContainerFacts): Finding[] =>
  terminal
    ? [
        {
          severity: 'error',
          code: 'terminal',
          message: `container ${id} has a terminal, whose other end is a program on the source`,
          remedy: 'Start the container without a terminal ("terminal": false, docker run without -t).',
        },
      ]
    : [];

const assessTcp = ({ establishedTcp }: ContainerFacts): Finding[] =>
  establishedTcp > 0
    ? [
        {
          severity: 'warning',
          code: 'tcp-established',
          message: `${counted(establishedTcp, 'established TCP connection', 'established TCP connections')} will be closed at cut-over`,
          remedy: 'Make sure that clients connect again.',
        },
      ]
    : [];
