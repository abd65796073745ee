import { randomBytes } from 'node:crypto';
import type { Command } from '../../engine/ports/host.ts';

/**
 * Makes the file beside its place and renames it. What follows the content on standard input is proof that all of it
 * arrived: a connection that breaks ends the input as well, and must not put half a file in place. `umask` gives the
 * file its mode at creation; only a mode with more than read and write needs a process for it.
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
