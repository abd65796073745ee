import type { Compression, CompressionPlan, CompressionReason } from '../../model/compression.ts';
import { size } from './format.ts';

/** `zlib: link 0.9 MiB/s, zlib 3.3 MiB/s at 3.4x`, `off: as asked`. */
export const compressionText = ({ kind, reason }: Compression): string =>
  `${kind === 'zlib' ? 'zlib' : 'off'}: ${reasonText(reason)}`;

export const compressionPlanText = (plan: CompressionPlan): string =>
  plan.kind === 'to-be-measured'
    ? 'where link and memory show that it pays, once the link is open'
    : compressionText(plan);

const reasonText = (reason: CompressionReason): string => {
  switch (reason.kind) {
    case 'asked':
      return 'as asked';
    case 'elsewhere':
      return 'pages do not go over ssh';
    case 'refused':
      return "the destination's sshd does not compress";
    case 'little':
      return 'there is little to send';
    case 'unknown':
      return 'link or memory could not be measured';
    case 'measured': {
      const link = `link ${reason.capped ? 'capped at ' : ''}${size(reason.link)}/s`;
      return `${link}, zlib ${size(reason.speed)}/s at ${reason.ratio.toFixed(1)}x`;
    }
  }
};
