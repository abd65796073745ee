import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { hostKeyAlias } from './ssh-master.ts';

/** Makes this migration's own key on the source; its private half never leaves it. Returns the public half. */
export const makeKey = async (source: Host, plan: Plan): Promise<string> => {
  const file = `${plan.sourceDirectory}/key`;
  const comment = `precopy-${plan.migration}`;
  await source.run({ argv: ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file] });
  return new TextDecoder().decode(await source.readFile(`${file}.pub`)).trim();
};

/** The destination's host keys, told by itself over a connection already verified, as lines of a known_hosts file. */
export const destinationKeys = async (destination: Host): Promise<string> => {
  const { stdout } = await destination.run({ argv: scriptArgv('host-keys') });
  const keys = stdout.split('\n').flatMap((line) => {
    const [type, key] = line.split(' ');
    return type !== undefined && key !== undefined && /^[\w@.-]+$/.test(type)
      ? [`${hostKeyAlias} ${type} ${key}`]
      : [];
  });
  if (keys.length === 0)
    throw new InvalidInput(`${destination.name} does not tell its ssh host keys (sshd -T)`);
  return `${keys.join('\n')}\n`;
};
