/** Escapes control characters in text from an image, because a terminal would obey them. */
export const visible = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Returns a table. `right` has the indexes of the columns with numbers. */
export const columns = (rows: readonly (readonly string[])[], right: readonly number[] = []): string => {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  const aligned = (cell: string, index: number): string =>
    right.includes(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0);
  return rows.map((row) => row.map(aligned).join('  ').trimEnd()).join('\n');
};

const PAGE = 4096;

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export const bytesText = (bytes: number): string => {
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step]}`;
};

export const pagesText = (pages: bigint | number): string => bytesText(Number(pages) * PAGE);

const membersJson = (members: readonly string[], open: string, close: string, indent: string): string =>
  members.length === 0
    ? `${open}${close}`
    : `${open}\n${members.map((member) => `${indent}  ${member}`).join(',\n')}\n${indent}${close}`;

/** Returns JSON with bigints as decimal numbers with all digits, and bytes in base64. */
export const exactJson = (value: unknown, indent = ''): string => {
  const inner = `${indent}  `;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (Array.isArray(value)) {
    return membersJson(
      value.map((one) => exactJson(one, inner)),
      '[',
      ']',
      indent,
    );
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  return membersJson(
    members.map(([name, one]) => `${JSON.stringify(name)}: ${exactJson(one, inner)}`),
    '{',
    '}',
    indent,
  );
};
