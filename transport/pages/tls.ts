import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';

/** The directory of a host's own key and certificate, and of the certificate of the other host. */
const tlsDirectory = (directory: string): string => `${directory}/tls`;
const peerCertificate = (directory: string): string => `${tlsDirectory(directory)}/peer.pem`;

interface CriuOption {
  readonly name: string;
  readonly value?: string;
}

/**
 * Returns criu's options to encrypt pages and to accept only the other host of this migration. Empty with
 * other channels.
 */
const tlsOptions = ({ pages: { channel } }: Plan, directory: string): readonly CriuOption[] =>
  channel === 'tls'
    ? [
        { name: 'tls' },
        { name: 'tls-cacert', value: peerCertificate(directory) },
        { name: 'tls-cert', value: `${tlsDirectory(directory)}/certificate.pem` },
        { name: 'tls-key', value: `${tlsDirectory(directory)}/key.pem` },
        // criu accepts one certificate only, which identifies the other host. The hosts may know different
        // addresses.
        { name: 'tls-no-cn-verify' },
      ]
    : [];

/** Returns the options as lines of a configuration file of criu. */
export const tlsConfigLines = (plan: Plan, directory: string): readonly string[] =>
  tlsOptions(plan, directory).map(({ name, value }) => (value === undefined ? name : `${name} ${value}`));

/** Returns the options as arguments of criu. */
export const tlsArguments = (plan: Plan, directory: string): readonly string[] =>
  tlsOptions(plan, directory).flatMap(({ name, value }) => [
    `--${name}`,
    ...(value === undefined ? [] : [value]),
  ]);

/**
 * Makes a key on each host, which the key never leaves, and gives each host the certificate of the other one.
 * Does nothing with other channels.
 */
export const exchangeCertificates = async (source: Host, destination: Host, plan: Plan): Promise<void> => {
  if (plan.pages.channel !== 'tls') return;
  const [fromSource, fromDestination] = await Promise.all([
    makeCertificate(source, plan.sourceDirectory),
    makeCertificate(destination, plan.destinationDirectory),
  ]);
  await Promise.all([
    source.writeFile(peerCertificate(plan.sourceDirectory), fromDestination, 0o600),
    destination.writeFile(peerCertificate(plan.destinationDirectory), fromSource, 0o600),
  ]);
};

const makeCertificate = async (host: Host, directory: string): Promise<string> => {
  const { stdout } = await host.run({ argv: scriptArgv('make-certificate', tlsDirectory(directory)) });
  if (!/^-----BEGIN CERTIFICATE-----\n[\w+/=\n]{1,4096}-----END CERTIFICATE-----\n$/.test(stdout))
    throw new InvalidInput(`${host.name} made no valid certificate for pages`);
  return stdout;
};
