import { InvalidInput } from '../../engine/model/errors.ts';

export interface Destination {
  readonly user?: string;
  readonly host: string;
  readonly port?: number;
}

const FORM =
  /^(?:ssh:\/\/)?(?:(?<user>[^@\s]+)@)?(?:\[(?<bracketed>[^\]\s]+)\]|(?<host>[^@:\s[\]/]+))(?::(?<port>\d+))?\/?$/;
/** An IPv6 address without brackets, which cannot have a port. */
const IPV6 = /^(?:(?<user>[^@\s]+)@)?(?<host>[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*(?:%\w+)?)$/i;

export const parsePort = (text: string): number => {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) throw new InvalidInput(`not a port: ${text}`);
  return port;
};

/** Parses `[user@]host[:port]` or `ssh://[user@]host[:port]`. */
export const parseDestination = (text: string): Destination => {
  const groups = (FORM.exec(text) ?? IPV6.exec(text))?.groups;
  const host = groups?.['host'] ?? groups?.['bracketed'];
  if (host === undefined || host.startsWith('-') || text.includes('\0')) {
    throw new InvalidInput(`not a destination ([user@]host[:port]): ${JSON.stringify(text)}`);
  }
  const user = groups?.['user'];
  const port = groups?.['port'];
  return {
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: parsePort(port) }),
  };
};
