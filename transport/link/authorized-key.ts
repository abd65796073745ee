import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';

const file = '.ssh/authorized_keys';

/**
 * Puts in the file's place what a command makes of it. A host that loses its power meanwhile has one of the two, whole: without it
 * nobody could log in any more. The directory is what is locked; the file a symbolic link leads to is replaced, its owner and mode are
 * kept.
 */
const replaced = (change: string): string =>
  `${[
    `exec 8<.ssh && flock 8 && kept=$(readlink -f -- ${file}) && new=$kept.precopy && rm -f -- "$new"`,
    `{ { [ ! -e "$kept" ] || cp -a -- "$kept" "$new"; } && ${change} && sync -- "$new" && mv -fT -- "$new" "$kept"; }`,
  ].join(' && ')} || { rm -f -- "$new"; exit 1; }`;

// A file whose last line has no end must not swallow our line.
const ended = '{ [ ! -s "$new" ] || [ -z "$(tail -c 1 -- "$new")" ] || echo >>"$new"; }';
const add = `umask 077; cd && mkdir -p .ssh && ${replaced(`${ended} && printf '%s %s\\n' "$2" "$1" >>"$new"`)}`;

/** Takes out the lines that grep's options choose, whatever bytes they hold; only what was really read through (0 and 1) counts. */
const without = (options: string): string =>
  `cd && [ -f ${file} ] || exit 0; ${replaced(`{ grep -av ${options} -- "$kept" >"$new"; [ $? -le 1 ]; }`)}`;

const remove = without('-F -e "$1"');
const removeOfMigration = without('-e " precopy-$1$"');

/** Lets the holder of a key in, within its options. */
export const admitKey = async (host: Host, publicKey: string, options: string): Promise<void> => {
  await host.run({ argv: ['sh', '-c', add, 'sh', checked(publicKey), options] });
};

export const expelKey = async (host: Host, publicKey: string): Promise<void> => {
  await host.run({ argv: ['sh', '-c', remove, 'sh', checked(publicKey)] });
};

/** Takes back the key of a migration whose public half nobody remembers. */
export const expelKeyOf = async (host: Host, migration: string): Promise<void> => {
  // It becomes a pattern, in which these stand for themselves.
  if (!/^[\w-]+$/.test(migration)) throw new InvalidInput(`'${migration}' is no id of a migration`);
  await host.run({ argv: ['sh', '-c', removeOfMigration, 'sh', migration] });
};

/** It becomes a line of a file that says who may log in. */
const checked = (publicKey: string): string => {
  if (!/^ssh-ed25519 [A-Za-z0-9+/=]+ precopy-[\w+.-]+$/.test(publicKey)) {
    throw new InvalidInput('the source made a key that is not an ed25519 public key');
  }
  return publicKey;
};
