/** The `key value` lines that the fact scripts print. */
export interface Records {
  /** Returns the first value of a key. */
  one(key: string): string | undefined;
  all(key: string): readonly string[];
}

export const parseRecords = (text: string): Records => {
  const byKey = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space <= 0) continue;
    const key = line.slice(0, space);
    const values = byKey.get(key) ?? [];
    values.push(line.slice(space + 1));
    byKey.set(key, values);
  }
  return { one: (key) => byKey.get(key)?.[0], all: (key) => byKey.get(key) ?? [] };
};
