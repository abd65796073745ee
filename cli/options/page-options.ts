import { type Command, Option } from 'commander';
import { defaultPageRequest } from '../../engine/core/pages/default-request.ts';
import type { CompressionRequest } from '../../engine/model/compression.ts';
import type { PageChannel, PageRequest } from '../../engine/model/pages.ts';
import { port } from './host-options.ts';
import { withOptions } from './with-options.ts';

/** Options that say how pages go. */
export interface PageOptions {
  readonly pageChannel: PageChannel;
  readonly pagePort?: number;
  readonly plainOnPublicAddress?: true;
  readonly compress: CompressionRequest;
}

const pageOptions = (): readonly Option[] => [
  new Option(
    '--page-channel <how>',
    'how pages go to the destination: ssh and tls (of criu) encrypt them, plain shows them to everyone on the way',
  )
    .choices(['ssh', 'tls', 'plain'])
    .default(defaultPageRequest.channel),
  new Option('--plain-on-public-address', 'allow plain to an address that is not a private one'),
  new Option(
    '--page-port <port>',
    'first of 16 ports the page-server may use (default: 914 with ssh, else 27700)',
  ).argParser(port),
  new Option(
    '--compress <how>',
    'what goes over ssh between the hosts; auto: with zlib where link and memory show that it pays',
  )
    .choices(['auto', 'zlib', 'none'])
    .default(defaultPageRequest.compress),
];

export const withPageOptions = (command: Command): Command => withOptions(command, pageOptions());

export const pageRequestFrom = (options: PageOptions): PageRequest => ({
  channel: options.pageChannel,
  port: options.pagePort,
  plainOnPublicAddress: options.plainOnPublicAddress ?? defaultPageRequest.plainOnPublicAddress,
  compress: options.compress,
});
