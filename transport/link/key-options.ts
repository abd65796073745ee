import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';

/** Longer than any migration: a key that nobody took back is worth nothing after this, in seconds. */
const LIFETIME = 7 * 24 * 3600;

/** Nobody can listen for it: with a port to forward the other way named, sshd refuses every other. */
const NO_LISTENER = 'nowhere.invalid:1';

interface Limits {
  /** In the destination's own time, which sshd reads it in. */
  readonly expiry: string;
  /** The source as the destination sees it. */
  readonly from?: string;
}

/** What the key of a migration is good for: what `gate.sh` lets through, and connections to page-servers. */
export const keyOptions = (plan: Plan, { expiry, from }: Limits): string => {
  const { destinationDirectory, pages } = plan;
  // It becomes a command in a file that says who may log in.
  if (!/^[\w/+.-]+$/.test(destinationDirectory))
    throw new InvalidInput(`${destinationDirectory} cannot be named in authorized_keys`);
  const servers =
    pages.channel === 'ssh'
      ? [
          'port-forwarding',
          ...pages.ports.map((port) => `permitopen="127.0.0.1:${port}"`),
          `permitlisten="${NO_LISTENER}"`,
        ]
      : [];
  return [
    'restrict',
    `command="exec bash '${destinationDirectory}/gate.sh'"`,
    `expiry-time="${expiry}"`,
    ...(from === undefined ? [] : [`from="${from}"`]),
    ...servers,
  ].join(',');
};

export const expiryOn = async (destination: Host): Promise<string> => {
  const later = 'exec env -u TZ date -d "@$(($(date +%s) + $1))" +%Y%m%d%H%M';
  const { stdout } = await destination.run({ argv: ['sh', '-c', later, 'sh', String(LIFETIME)] });
  const expiry = stdout.trim();
  if (!/^\d{12}$/.test(expiry)) throw new InvalidInput(`${destination.name} does not tell the time (date)`);
  return expiry;
};

/** An address as sshd tells it, where it names one host wherever it is read. */
export const addressOf = (told: string): string | undefined =>
  /^[\da-f]+[.:][\da-f.:]+$/i.exec(told.trim())?.[0];
