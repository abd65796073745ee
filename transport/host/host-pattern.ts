/** Matches a pattern with ssh's wildcards: `*` is any text, `?` is one character. */
export const matchesPattern = (pattern: string, text: string): boolean => {
  const source = pattern.replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`);
  return new RegExp(`^${source.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'si').test(text);
};

/** Matches a comma-separated list of patterns. A negated pattern that matches outweighs all others. */
export const matchesPatternList = (list: string, text: string): boolean => {
  const patterns = list.split(',').filter((pattern) => pattern !== '');
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  if (negated.some((pattern) => matchesPattern(pattern, text))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(pattern, text));
};
