import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';

/** What one host has for it: key and certificate of its own, and the other's certificate. */
const tlsOf = (directory: string): string => `${directory}/tls`;
const peerOf = (directory: string): string => `${tlsOf(directory)}/peer.pem`;

interface CriuOption {
  readonly name: string;
  readonly value?: string;
}

/** What makes criu encrypt pages itself, and deal with nobody but the other side of this migration; none where it is not to. */
const tlsOptions = ({ pages: { channel } }: Plan, directory: string): readonly CriuOption[] =>
  channel === 'tls'
    ? [
        { name: 'tls' },
        { name: 'tls-cacert', value: peerOf(directory) },
        { name: 'tls-cert', value: `${tlsOf(directory)}/certificate.pem` },
        { name: 'tls-key', value: `${tlsOf(directory)}/key.pem` },
        // The one certificate that counts says who it is. An address says less, and each side may know another.
        { name: 'tls-no-cn-verify' },
      ]
    : [];

/** As lines of a configuration. */
export const tlsLines = (plan: Plan, directory: string): readonly string[] =>
  tlsOptions(plan, directory).map(({ name, value }) => (value === undefined ? name : `${name} ${value}`));

/** As words of a command. */
export const tlsWords = (plan: Plan, directory: string): readonly string[] =>
  tlsOptions(plan, directory).flatMap(({ name, value }) => [
    `--${name}`,
    ...(value === undefined ? [] : [value]),
  ]);

/** Each host makes a key, which stays there, and is given the other's certificate. Where pages go otherwise there is no need. */
export const exchangeCertificates = async (source: Host, destination: Host, plan: Plan): Promise<void> => {
  if (plan.pages.channel !== 'tls') return;
  const [here, there] = await Promise.all([
    makeCertificate(source, plan.sourceDirectory),
    makeCertificate(destination, plan.destinationDirectory),
  ]);
  await Promise.all([
    source.writeFile(peerOf(plan.sourceDirectory), there, 0o600),
    destination.writeFile(peerOf(plan.destinationDirectory), here, 0o600),
  ]);
};

const makeCertificate = async (host: Host, directory: string): Promise<string> => {
  const { stdout } = await host.run({ argv: scriptArgv('make-certificate', tlsOf(directory)) });
  if (!/^-----BEGIN CERTIFICATE-----\n[\w+/=\n]{1,4096}-----END CERTIFICATE-----\n$/.test(stdout))
    throw new InvalidInput(`${host.name} made no certificate for pages`);
  return stdout;
};
