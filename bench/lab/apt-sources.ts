/** One suite of a package mirror, as apt's configuration names it. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

const withoutComments = (text: string): readonly string[] =>
  text.split('\n').filter((line) => !line.trimStart().startsWith('#'));

/** One-line form: `deb [option=value] uri suite component...` */
export const parseSourcesList = (text: string): readonly AptSource[] =>
  withoutComments(text).flatMap((line) => {
    const [, uri, suite, components] = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    return uri === undefined || suite === undefined
      ? []
      : [{ uri, suite, components: words((components ?? '').replace(/#.*/, '')) }];
  });

/** Deb822 form: stanzas of fields, apart by blank lines; a field goes on in lines that start with a space. */
export const parseDeb822 = (text: string): readonly AptSource[] =>
  withoutComments(text)
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const fields = fieldsOf(stanza);
      const isSource = words(fields.get('types')).includes('deb') && fields.get('enabled') !== 'no';
      return words(isSource ? fields.get('uris') : '').flatMap((uri) =>
        words(fields.get('suites')).map((suite) => ({
          uri,
          suite,
          components: words(fields.get('components')),
        })),
      );
    });

const fieldsOf = (stanza: string): ReadonlyMap<string, string> =>
  new Map(
    stanza
      .replaceAll(/\n\s+/g, ' ')
      .split('\n')
      .map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
      }),
  );

const words = (text = ''): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

const PUBLIC_MIRROR = 'http://deb.debian.org/debian';

/** Suites of Debian itself; others' archives rarely use these names together with `main`. */
const DEBIAN_SUITES = /^(bullseye|bookworm|trixie|forky|sid|(old)*stable|testing|unstable)$/;

/** The Debian mirror this machine itself uses; it has the other suites too. A machine that is not Debian uses the public one. */
export const debianMirror = (sources: readonly AptSource[]): string => {
  const mirrors = sources
    .filter(
      ({ uri, suite, components }) =>
        /^https?:/.test(uri) && DEBIAN_SUITES.test(suite) && components.includes('main'),
    )
    .map(({ uri }) => uri.replace(/\/$/, ''));
  return mirrors.find((uri) => /debian/.test(uri)) ?? mirrors[0] ?? PUBLIC_MIRROR;
};
