import type { PageChannel, PagePlan } from '../../model/pages.ts';

const texts: Record<PageChannel, string> = {
  ssh: 'over ssh, encrypted',
  tls: "over criu's TLS, encrypted",
  plain: 'plain: unencrypted, for everyone on the way to read',
};

/** How pages went, for people. */
export const pageChannelText = (channel: PageChannel): string => texts[channel];

export const pagePlanText = ({ channel, cipher, ports }: PagePlan): string => {
  const range = `one of ports ${ports[0]} to ${ports.at(-1)}`;
  switch (channel) {
    case 'ssh':
      return `over ssh (${cipher.replace('@openssh.com', '')}), to ${range}, which no other host can reach`;
    case 'tls':
      return `${texts.tls}, to ${range}, where a stranger can end a round, and neither read nor send pages`;
    case 'plain':
      return `${texts.plain}, to ${range}`;
  }
};
