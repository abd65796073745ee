import { INSTALL_DIRECTORY, WRAPPER_PATH } from '../../transport/docker/host-daemon.ts';
import type { HostChange } from '../../transport/docker/host-setup.ts';

/** Returns what is about to change on a host, file by file and line by line. */
export const hostChangeText = (host: string, { daemon, wrapper, config }: HostChange): string => {
  const { configPath, version, pid } = daemon;
  return [
    `${host} (Docker ${version}):`,
    ...(wrapper === undefined
      ? []
      : [`  ${wrapper} ${wrapper === 'remove' ? `${INSTALL_DIRECTORY}/` : WRAPPER_PATH}`]),
    ...(config === undefined ? [] : [...configText(configPath, config)]),
    ...(config === undefined
      ? []
      : [`  make dockerd (${pid}) read all of ${configPath} again, by SIGHUP; dockerd is not restarted`]),
  ].join('\n');
};

const configText = (
  path: string,
  { before, after }: NonNullable<HostChange['config']>,
): readonly string[] => {
  if (before === after) return [];
  const verb = before === undefined ? 'write' : after === undefined ? 'remove' : 'change';
  return [
    `  ${verb} ${path}:`,
    ...changedLines(linesOf(before), linesOf(after)).map((line) => `    ${line}`),
  ];
};

const linesOf = (text: string | undefined): readonly string[] =>
  text === undefined ? [] : text.replace(/\n$/, '').split('\n');

/** Returns the lines between the first and the last difference, with a line of context on each side. */
const changedLines = (before: readonly string[], after: readonly string[]): readonly string[] => {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const marked = (lines: readonly string[], mark: string): readonly string[] =>
    lines.map((line) => `${mark} ${line}`);
  return [
    ...marked(before.slice(Math.max(0, head - 1), head), ' '),
    ...marked(before.slice(head, before.length - tail), '-'),
    ...marked(after.slice(head, after.length - tail), '+'),
    ...marked(after.slice(after.length - tail, after.length - tail + 1), ' '),
  ];
};
