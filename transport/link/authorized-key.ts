import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports.ts';

const file = '.ssh/authorized_keys';

const add = [
  'umask 077; cd && mkdir -p .ssh && exec 9>>.ssh/authorized_keys && flock 9',
  // A file whose last line has no end must not swallow our line.
  `{ [ ! -s ${file} ] || [ -z "$(tail -c 1 ${file})" ] || echo; printf 'restrict %s\\n' "$1"; } >&9`,
].join(' && ');

// Written over in place, so that owner, mode and links of the file stay.
const remove = [
  `cd && [ -f ${file} ] || exit 0; exec 9>>${file} && flock 9`,
  // Whatever bytes the lines hold; and only what was really read through (0 and 1) may replace them.
  `kept=$(grep -avF -- "$1" ${file}; [ $? -le 1 ] && echo .) && printf '%s' "\${kept%.}" >${file}`,
].join(' && ');

const removeOfMigration = [
  `cd && [ -f ${file} ] || exit 0; exec 9>>${file} && flock 9`,
  `kept=$(grep -av -- " precopy-$1$" ${file}; [ $? -le 1 ] && echo .) && printf '%s' "\${kept%.}" >${file}`,
].join(' && ');

/** Lets the holder of a key in, for commands only: no forwarding, no terminal. */
export const admitKey = async (host: Host, publicKey: string): Promise<void> => {
  await host.run({ argv: ['sh', '-c', add, 'sh', checked(publicKey)] });
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
