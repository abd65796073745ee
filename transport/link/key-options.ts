import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';

/** Seconds. Longer than any migration: after this time a key that was not revoked is useless. */
const LIFETIME = 7 * 24 * 3600;

/** An impossible address to listen at. With one address in `permitlisten`, sshd refuses all others. */
const NO_LISTENER = 'nowhere.invalid:1';

interface KeyLimits {
  /** In the destination's local time, as sshd expects. */
  readonly expiry: string;
  /** The address of the source as the destination sees it. */
  readonly from?: string;
}

/**
 * Returns the options of a migration's key: they permit what `gate.sh` permits, and connections to
 * page-servers.
 */
export const keyOptions = (plan: Plan, { expiry, from }: KeyLimits): string => {
  const { destinationDirectory, pages } = plan;
  // The directory becomes part of a command in the file that permits logins.
  if (!/^[\w/+.-]+$/.test(destinationDirectory))
    throw new InvalidInput(
      `the directory ${destinationDirectory} has characters that authorized_keys must not contain`,
    );
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

/** Returns when a key expires that is made now, as `authorized_keys` wants it. */
export const readKeyExpiry = async (destination: Host): Promise<string> => {
  const printExpiry = 'exec env -u TZ date -d "@$(($(date +%s) + $1))" +%Y%m%d%H%M';
  const { stdout } = await destination.run({ argv: ['sh', '-c', printExpiry, 'sh', String(LIFETIME)] });
  const expiry = stdout.trim();
  if (!/^\d{12}$/.test(expiry)) throw new InvalidInput(`cannot read the time of ${destination.name} (date)`);
  return expiry;
};

/** Returns the address that sshd reports, or undefined when another host could read it as another address. */
export const parseAddress = (printed: string): string | undefined =>
  /^[\da-f]+[.:][\da-f.:]+$/i.exec(printed.trim())?.[0];
