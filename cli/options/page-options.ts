import { type Command, Option } from 'commander';
import { defaultPageRequest } from '../../engine/core/pages/default-request.ts';
import type { CompressionRequest } from '../../engine/model/compression.ts';
import type { PageChannel, PageRequest } from '../../engine/model/pages.ts';
import { port } from './host-options.ts';
import { withOptions } from './with-options.ts';

/** Options of the page channel. */
export interface PageOptions {
  readonly pageChannel: PageChannel;
  readonly pagePort?: number;
  readonly plainOnPublicAddress?: true;
  readonly compress: CompressionRequest;
}

const pageOptions = (): readonly Option[] => [
  new Option(
    '--page-channel <how>',
    'how pages go to the destination: ssh and tls (of criu) encrypt them; with plain everyone on the way can read them',
  )
    .choices(['ssh', 'tls', 'plain'])
    .default(defaultPageRequest.channel),
  new Option('--plain-on-public-address', 'allow plain to an address that is not private'),
  new Option(
    '--page-port <port>',
    'first of 16 ports that the page-server may use (default: 914 with ssh, else 27700)',
  ).argParser(port),
  new Option(
    '--compress <how>',
    'compression of ssh between the hosts; auto: zlib when measurements of link and memory show a gain',
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
