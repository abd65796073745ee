import type { PageChannel, PagePlan } from '../model/pages.ts';

/** How pages went, for people. */
export const pageChannelText = (channel: PageChannel): string =>
  channel === 'ssh' ? 'over ssh, encrypted' : 'plain: unencrypted, for everyone on the way to read';

export const pagePlanText = ({ channel, cipher, ports }: PagePlan): string => {
  const range = `one of ports ${ports[0]} to ${ports.at(-1)}`;
  return channel === 'ssh'
    ? `over ssh (${cipher.replace('@openssh.com', '')}), to ${range}, which no other host can reach`
    : `${pageChannelText(channel)}, to ${range}`;
};
