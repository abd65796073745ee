import { randomBytes } from 'node:crypto';
import type { Command } from '../../engine/ports/host.ts';

/**
 * Writes a temporary file in the same directory, then renames it. The word `complete` after the content on
 * standard input proves that all content has arrived: a lost connection ends the input too, and must not
 * leave half a file. `umask` sets the mode at creation. Only a mode with more than read and write needs a
 * `chmod`.
 */
const SCRIPT = `
path=$1 temporary=$2 size=$3 mode=$5
umask "$4"
{
  {
    { [ -z "$mode" ] || chmod -- "$mode" "$temporary"; } &&
      { [ "$size" = 0 ] || head -c "$size"; }
  } >"$temporary" &&
    read -r end && [ "$end" = complete ] &&
    mv -fT -- "$temporary" "$path"
} || { rm -f -- "$temporary"; exit 1; }
`;

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

export const writeFileCommand = (path: string, content: string | Uint8Array, mode: number): Command => {
  const bytes = Buffer.from(content);
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const plain = (mode & ~0o666) === 0;
  const umask = plain ? 0o777 & ~mode : 0o077;
  return {
    argv: [
      'sh',
      '-c',
      SCRIPT,
      'sh',
      path,
      temporary,
      `${bytes.length}`,
      octal(umask),
      plain ? '' : octal(mode),
    ],
    stdin: Buffer.concat([bytes, Buffer.from('complete\n')]),
  };
};
