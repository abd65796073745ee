import type { HostFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { PageRequest } from '../../model/pages.ts';
import { portsOf } from './plan.ts';
import { isAddress, isPrivateAddress } from './private-address.ts';

/** Pages as they were asked for, and the destination as the source reaches it. */
export interface PagesAsked {
  readonly request: PageRequest;
  readonly address: string;
}

/** Whether pages can go as asked, and who could read or forge them. */
export const assessPages = (
  { request, address }: PagesAsked,
  source: HostFacts,
  destination: HostFacts,
): Finding[] => {
  const hosts = [source, destination];
  const channel = {
    ssh: () => [...assessForwarding(destination), ...hosts.flatMap((host) => assessPorts(request, host))],
    tls: () => [...assessName(request, address), ...hosts.flatMap(assessTls)],
    plain: () => assessPlain(request, address),
  }[request.channel];
  return [...assessCompression(request, destination), ...channel()];
};

const assessCompression = ({ compress }: PageRequest, { name, sshCompression }: HostFacts): Finding[] =>
  compress !== 'zlib' || sshCompression
    ? []
    : [
        {
          severity: 'error',
          code: 'compression-refused',
          message: `sshd on ${name} does not compress`,
          remedy: `Set "Compression yes" in the sshd_config of ${name}, or leave --compress at auto.`,
        },
      ];

/** criu's page-server listens at no name. */
const assessName = ({ channel }: PageRequest, address: string): Finding[] =>
  isAddress(address)
    ? []
    : [
        {
          severity: 'error',
          code: 'page-address-is-a-name',
          message: `with ${channel} pages go to an IP address, and ${address} is a name`,
          remedy: 'Give the IP address of the destination with --to-address.',
        },
      ];

const assessTls = (host: HostFacts): Finding[] => [...assessCriuTls(host), ...assessCertificates(host)];

const assessCriuTls = ({ name, criuVersion, criuTls }: HostFacts): Finding[] =>
  // Without criu there is a finding of its own.
  criuTls || criuVersion === undefined
    ? []
    : [
        {
          severity: 'error',
          code: 'criu-without-tls',
          message: `criu ${criuVersion} on ${name} was built without TLS`,
          remedy: `Leave --page-channel at ssh, or install a criu on ${name} that was built with GnuTLS.`,
        },
      ];

const assessCertificates = ({ name, makesCertificates }: HostFacts): Finding[] =>
  makesCertificates
    ? []
    : [
        {
          severity: 'error',
          code: 'no-certificates',
          message: `nothing on ${name} can make the certificate that tls wants: neither openssl nor certtool is there`,
          remedy: `Install openssl on ${name}, or certtool (package gnutls-bin or gnutls-utils); or leave --page-channel at ssh.`,
        },
      ];

const assessPlain = (request: PageRequest, address: string): Finding[] => {
  if (!isPrivateAddress(address) && !request.plainOnPublicAddress) {
    return [
      {
        severity: 'error',
        code: 'plain-on-public-address',
        message: `plain pages would go to ${address}, which is not a private IP address`,
        remedy:
          'Leave --page-channel at ssh, give a private address with --to-address, or say --plain-on-public-address.',
      },
    ];
  }
  return [
    ...assessName(request, address),
    {
      severity: 'warning',
      code: 'pages-plain',
      message:
        `all memory of the container, with every key and password in it, goes unencrypted to ${address}: ` +
        'whoever is on that network can read it, and can send pages of their own',
      remedy: 'Leave --page-channel at ssh, unless nobody else is on that network.',
    },
  ];
};

const assessForwarding = ({ name, tcpForwarding }: HostFacts): Finding[] =>
  tcpForwarding
    ? []
    : [
        {
          severity: 'error',
          code: 'forwarding-refused',
          message: `sshd on ${name} forwards no connections, which pages go through`,
          remedy: `Set "AllowTcpForwarding local" for root in the sshd_config of ${name}.`,
        },
      ];

const assessPorts = (request: PageRequest, { name, unprivilegedPort }: HostFacts): Finding[] => {
  const last = portsOf(request).at(-1) ?? 0;
  if (last < unprivilegedPort) return [];
  return [
    {
      severity: 'warning',
      code: 'page-ports-unprotected',
      message:
        `any user of ${name} may listen on ports from ${unprivilegedPort} on, ` +
        `and so could take the place of a page-server that has ended (ports up to ${last})`,
      remedy: `Choose 16 ports below ${unprivilegedPort} with --page-port, or let no other users onto ${name}.`,
    },
  ];
};
