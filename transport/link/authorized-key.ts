import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';

const file = '.ssh/authorized_keys';

/**
 * Returns a script that replaces the file by what `change` makes of a copy. A host that loses its power
 * meanwhile has the old or the new file, whole: without the file no user could log in any more. The script
 * locks the directory. It replaces the file that a symbolic link leads to, and keeps its owner and mode.
 */
const replaceFile = (change: string): string =>
  `${[
    `exec 8<.ssh && flock 8 && kept=$(readlink -f -- ${file}) && new=$kept.precopy && rm -f -- "$new"`,
    `{ { [ ! -e "$kept" ] || cp -a -- "$kept" "$new"; } && ${change} && sync -- "$new" && mv -fT -- "$new" "$kept"; }`,
  ].join(' && ')} || { rm -f -- "$new"; exit 1; }`;

// Ends the last line of the file, so that the new line does not join that one.
const endLastLine = '{ [ ! -s "$new" ] || [ -z "$(tail -c 1 -- "$new")" ] || echo >>"$new"; }';
const add = `umask 077; cd && mkdir -p .ssh && ${replaceFile(`${endLastLine} && printf '%s %s\\n' "$2" "$1" >>"$new"`)}`;

/**
 * Returns a script that removes the lines which grep's options select, whatever bytes the lines contain. Only
 * grep's exit codes 0 and 1 show that grep has read the whole file.
 */
const removeLines = (options: string): string =>
  `cd && [ -f ${file} ] || exit 0; ${replaceFile(`{ grep -av ${options} -- "$kept" >"$new"; [ $? -le 1 ]; }`)}`;

const remove = removeLines('-F -e "$1"');
const removeOfMigration = removeLines('-e " precopy-$1$"');

/** Permits logins with a key, within the given options. */
export const authorizeKey = async (host: Host, publicKey: string, options: string): Promise<void> => {
  await host.run({ argv: ['sh', '-c', add, 'sh', checkedKey(publicKey), options] });
};

export const revokeKey = async (host: Host, publicKey: string): Promise<void> => {
  await host.run({ argv: ['sh', '-c', remove, 'sh', checkedKey(publicKey)] });
};

/** Revokes the key of a migration whose public key is not known any more. */
export const revokeMigrationKey = async (host: Host, migration: string): Promise<void> => {
  // The id becomes part of a pattern, so it may contain only characters without a special meaning.
  if (!/^[\w-]+$/.test(migration)) throw new InvalidInput(`'${migration}' is not the id of a migration`);
  await host.run({ argv: ['sh', '-c', removeOfMigration, 'sh', migration] });
};

/** Throws unless this is a public key: it becomes a line of the file that permits logins. */
const checkedKey = (publicKey: string): string => {
  if (!/^ssh-ed25519 [A-Za-z0-9+/=]+ precopy-[\w+.-]+$/.test(publicKey)) {
    throw new InvalidInput('the source made a key that is not an ed25519 public key');
  }
  return publicKey;
};
