// Paths on Linux are bytes. Those that are not UTF-8 stay what they are: each such byte becomes a code unit that no valid
// text has, U+DC80 to U+DCFF, as Python has it.

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ESCAPE = 0xdc00;

export const decodeText = (bytes: Uint8Array): string => {
  try {
    return strict.decode(bytes);
  } catch {
    return decodePiecewise(bytes);
  }
};

/** How many bytes the character has that begins with this byte; 0 where none does. */
const lengthOf = (lead: number): number => {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
};

const decodePiecewise = (bytes: Uint8Array): string => {
  const parts: string[] = [];
  let index = 0;
  for (let lead = bytes[index]; lead !== undefined; lead = bytes[index]) {
    const character = decodeOne(bytes.subarray(index, index + lengthOf(lead)));
    parts.push(character ?? String.fromCharCode(ESCAPE + lead));
    index += character === undefined ? 1 : lengthOf(lead);
  }
  return parts.join('');
};

const decodeOne = (bytes: Uint8Array): string | undefined => {
  try {
    return bytes.length === 0 ? undefined : strict.decode(bytes);
  } catch {
    return undefined;
  }
};

/** The bytes that `decodeText` made the text of. */
export const encodeText = (text: string): Uint8Array => {
  if (!/[\ud800-\udfff]/u.test(text)) return Buffer.from(text, 'utf8');
  const parts = text.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 1 ? Buffer.from([part.charCodeAt(0) - ESCAPE]) : Buffer.from(part, 'utf8'),
    ),
  );
};
