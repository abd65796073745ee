import type { PageRequest } from '../../model/pages.ts';

/** What holds for pages where the user says nothing. */
export const defaultPageRequest: PageRequest = {
  channel: 'ssh',
  port: undefined,
  plainOnPublicAddress: false,
  compress: 'auto',
};
