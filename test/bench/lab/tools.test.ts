import { describe, expect, it } from 'vitest';
import { missingPackages } from '../../../bench/lab/tools.ts';

describe('what is missing', () => {
  it('is named by its packages, each once', async () => {
    const missing = await missingPackages([
      { command: 'no-such-command', package: 'one' },
      { file: '/no/such/file', package: 'one' },
      { command: 'neither-this', package: 'two' },
      { command: 'sh', package: 'dash' },
      { file: '/proc/self/stat', package: 'linux' },
    ]);
    expect(missing).toEqual(['one', 'two']);
  });
});
