import type { StdioTarget } from '../../engine/model/facts.ts';
import type { Records } from '../door/records.ts';

/** Returns the first process's standard descriptors. A closed descriptor counts as `/dev/null`. */
export const stdioFrom = (records: Records): readonly [StdioTarget, StdioTarget, StdioTarget] => {
  const mountIds = new Set(records.all('container-mount').map((line) => line.split(' ')[0]));
  const targets = new Map<string, StdioTarget>();
  for (const record of records.all('stdio')) {
    const [, fd = '', mountId = '', path = ''] = /^(\d) (\d*) (.*)$/.exec(record) ?? [];
    targets.set(fd, targetOf(path, mountIds.has(mountId)));
  }
  const closed: StdioTarget = { kind: 'null' };
  return [targets.get('0') ?? closed, targets.get('1') ?? closed, targets.get('2') ?? closed];
};

const targetOf = (path: string, inContainer: boolean): StdioTarget => {
  if (path === '/dev/null') return { kind: 'null' };
  if (path.startsWith('pipe:')) return { kind: 'pipe' };
  if (path.startsWith('socket:')) return { kind: 'socket' };
  if (/^\/dev\/(pts\/\d+|tty\w*|console)$/.test(path)) return { kind: 'terminal', path };
  return { kind: 'file', path, inContainer };
};
