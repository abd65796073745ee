// The form in which crit prints the names of unix sockets: Python's `quopri`, with its rules for lines and blanks.

const LINE = 76;
const CODE = { tab: 9, newline: 10, carriageReturn: 13, space: 32, full: 46, equals: 61 } as const;

const escaped = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;

const isBlank = (byte: number | undefined): boolean => byte === CODE.space || byte === CODE.tab;

const isNewline = (byte: number | undefined, next: number | undefined): boolean =>
  byte === CODE.newline || (byte === CODE.carriageReturn && next === CODE.newline);

const mustEscape = (byte: number, next: number | undefined, column: number, isLast: boolean): boolean => {
  if (byte > 126 || byte === CODE.equals) return true;
  if (byte === CODE.full && column === 0) {
    return isLast || next === CODE.newline || next === CODE.carriageReturn || next === 0;
  }
  if (isBlank(byte)) return isLast;
  return byte < 33 && byte !== CODE.carriageReturn && byte !== CODE.newline;
};

/** A blank at the end of a line would be lost. */
const withoutTrailingBlank = (text: string): string => {
  const last = text.charCodeAt(text.length - 1);
  return isBlank(last) ? text.slice(0, -1) + escaped(last) : text;
};

export const quotedPrintable = (bytes: Uint8Array): string => {
  const firstNewline = bytes.indexOf(CODE.newline);
  const newline = firstNewline > 0 && bytes[firstNewline - 1] === CODE.carriageReturn ? '\r\n' : '\n';
  let text = '';
  let column = 0;
  const breakIf = (tooLong: boolean): void => {
    if (!tooLong) return;
    text += `=${newline}`;
    column = 0;
  };
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    const next = bytes[index + 1];
    const isLast = index + 1 === bytes.length;
    if (mustEscape(byte, next, column, isLast)) {
      breakIf(column + 3 >= LINE);
      text += escaped(byte);
      column += 3;
    } else if (isNewline(byte, next)) {
      text = withoutTrailingBlank(text) + newline;
      column = 0;
      if (byte === CODE.carriageReturn) index += 1;
    } else {
      breakIf(!isLast && next !== CODE.newline && column + 1 >= LINE);
      text += String.fromCharCode(byte);
      column += 1;
    }
  }
  return text;
};
