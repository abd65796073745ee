import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const transport = new URL('../../../transport/', import.meta.url);
const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(new URL(folder, transport), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith(ending),
  );
const source = (file: string): string => readFileSync(new URL(file, transport), 'utf8');

/**
 * The files that a script names in the directory of a migration: `$directory/NAME`, or several at once in braces. The holder has the
 * directory as its descriptor 7.
 */
const namedIn = (text: string): ReadonlySet<string> =>
  new Set(
    [
      ...text.matchAll(
        /(?:\$(?:directory|\{directory[^}]*\})"?|\/proc\/self\/fd\/7)\/(?:\{([\w.,-]+)\}|([\w.-]+))/g,
      ),
    ].flatMap(([, several, one]) => several?.split(',') ?? [one ?? '']),
  );

/** Those whose `directory` is another one: a round's images, of which the directory of the migration is named by `%/images/*`. */
const ofAnother = new Set(['pages-', 'page-server.log']);

const used = new Map<string, Set<string>>();
for (const file of filesIn('scripts/', '.sh')) {
  for (const name of namedIn(source(`scripts/${file}`))) {
    if (ofAnother.has(name)) continue;
    used.set(name, (used.get(name) ?? new Set()).add(file.replace(/\.sh$/, '')));
  }
}

/** Each file in docs/migration-directory.md, with the programs that write or read it. */
const listed: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [
    ...readFileSync(new URL('../docs/migration-directory.md', transport), 'utf8')
      .replaceAll(/\n {2}/g, ' ')
      .matchAll(/^- `([^`]+)` \(\w+\): .*\. Written by (.+); read by (.+)\.$/gm),
  ].map(([, name = '', writers = '', readers = '']) => [name, new Set(`${writers}, ${readers}`.split(', '))]),
);

describe('the files of a migration', () => {
  const scripts = new Set(filesIn('scripts/', '.sh').map((file) => file.replace(/\.sh$/, '')));
  const programs = new Set(['controller', 'criu', 'person', 'rsync', 'runc', 'ssh', 'sshd']);
  const code = filesIn('.', '.ts').map(source).join('\n');

  it('that scripts use are all in the list', () => {
    expect([...used.keys()].filter((name) => !listed.has(name))).toEqual([]);
  });

  it.each([...listed])('%s is used by those that the list names', (name, named) => {
    expect([...named].filter((each) => !scripts.has(each) && !programs.has(each))).toEqual([]);
    // A script that is told the path does not name the file.
    const users = [...named].filter((each) => scripts.has(each) && each !== 'make-certificate').sort();
    expect([...(used.get(name) ?? [])].sort()).toEqual(users);
    if (named.has('controller') || users.length === 0)
      expect(code).toMatch(new RegExp(`(['/])${name.replaceAll('.', '\\.')}(?![\\w.-])`));
  });
});
