import type { ContainerFacts, StdioTarget } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';

const names = ['standard input', 'standard output', 'standard error'] as const;

/** Where the first three file descriptors lead: criu can only save what lies inside the container. */
export const assessStdio = (container: ContainerFacts): Finding[] => [
  ...container.stdio.flatMap((target, fd) => assessTarget(target, fd, container.terminal)),
  // Docker holds the other ends, on either host.
  ...(container.docker === undefined ? assessPipes(container.stdio) : []),
];

const assessTarget = (target: StdioTarget, fd: number, terminal: boolean): Finding[] => {
  switch (target.kind) {
    case 'null':
    case 'pipe':
      return [];
    case 'file':
      return target.inContainer ? [] : [outside(fd, `the file ${target.path} outside the container`)];
    case 'socket':
      return [outside(fd, 'a socket of a program outside the container')];
    case 'terminal':
      // A container with a terminal of its own has one finding for it already.
      return terminal ? [] : [outside(fd, `the terminal ${target.path}`)];
  }
};

const outside = (fd: number, what: string): Finding => ({
  severity: 'error',
  code: 'stdio-outside',
  message: `${described(fd)} of the container is ${what}, which cannot be moved`,
  remedy: 'Start the container with /dev/null or a pipe in its place.',
});

const assessPipes = (stdio: ContainerFacts['stdio']): Finding[] => {
  const pipes = stdio.flatMap((target, fd) => (target.kind === 'pipe' ? [described(fd)] : []));
  return pipes.length === 0
    ? []
    : [
        {
          severity: 'note',
          code: 'stdio-pipe',
          message: `${pipes.join(', ')} of the container: a pipe, whose other end stays on the source`,
        },
      ];
};

const described = (fd: number): string => `fd ${fd} (${names[fd] ?? 'unknown'})`;
