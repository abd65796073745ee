import { inject } from 'vitest';
import './provided.ts';
export const labControl = (): { setLink(host: 'a' | 'b', state: 'up' | 'down'): Promise<void> } => {
  inject('lab');
  return {
    setLink: async () => {
      throw new Error('no lab control');
    },
  };
};
