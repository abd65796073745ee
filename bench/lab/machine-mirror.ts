import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { type AptSource, debianMirror, parseDeb822, parseSourcesList } from './apt-sources.ts';

/** The mirror in this machine's apt configuration. */
export const machineMirror = async (etcApt = '/etc/apt'): Promise<string> => {
  const parts = await readdir(`${etcApt}/sources.list.d`).catch(() => []);
  const files = ['sources.list', ...parts.sort().map((part) => `sources.list.d/${part}`)];
  const sources = await Promise.all(files.map((file) => sourcesIn(`${etcApt}/${file}`)));
  return debianMirror(sources.flat());
};

const sourcesIn = async (path: string): Promise<readonly AptSource[]> => {
  const parse = path.endsWith('.sources')
    ? parseDeb822
    : path.endsWith('.list')
      ? parseSourcesList
      : undefined;
  return parse?.(await readFile(path, 'utf8').catch(() => '')) ?? [];
};

/** How this machine's apt reaches its mirror: proxies, and whether an old snapshot is accepted. */
export const machineAptOptions = async (): Promise<readonly string[]> => {
  const { stdout } = await execa('apt-config', ['dump'], { reject: false });
  return (stdout ?? '').split('\n').filter((line) => /^Acquire::(https?|Check-)\b.* "[^"]+";$/.test(line));
};
