import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { hostKeyAlias } from './ssh-master.ts';

/**
 * Makes the key of this migration on the source, which the private key never leaves. Returns the public key.
 */
export const makeKey = async (source: Host, plan: Plan): Promise<string> => {
  const file = `${plan.sourceDirectory}/key`;
  const comment = `precopy-${plan.migration}`;
  await source.run({ argv: ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file] });
  return new TextDecoder().decode(await source.readFile(`${file}.pub`)).trim();
};

/** Returns the destination's host keys, read over a verified connection, as lines of a known_hosts file. */
export const readHostKeys = async (destination: Host): Promise<string> => {
  const { stdout } = await destination.run({ argv: scriptArgv('host-keys') });
  const keys = stdout.split('\n').flatMap((line) => {
    const [type, key] = line.split(' ');
    return type !== undefined && key !== undefined && /^[\w@.-]+$/.test(type)
      ? [`${hostKeyAlias} ${type} ${key}`]
      : [];
  });
  if (keys.length === 0)
    throw new InvalidInput(`cannot read the ssh host keys of ${destination.name} (sshd -T)`);
  return `${keys.join('\n')}\n`;
};
