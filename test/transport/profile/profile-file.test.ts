import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../engine/model/errors.ts';
import { parseProfile, readProfile, storedProfile } from '../../../transport/profile/profile-file.ts';
import { profile } from '../../engine/core/loads.ts';

const stored = (changed: object = {}): string => JSON.stringify({ ...storedProfile(profile), ...changed });

describe('a stored profile', () => {
  it('is read as it was written', () => {
    expect(parseProfile('shop.json', stored())).toEqual(profile);
  });

  it.each([
    ['of another version', { version: 2 }],
    ['without windows', { windows: [] }],
    ['with a window of length 0', { windows: [{ window: 0, dirty: 1 }] }],
    ['with a negative number of pages', { privatePages: -1 }],
    ['whose container is more than one word', { container: 'shop; reboot' }],
    ['without memory', { memory: undefined }],
  ])('%s is refused', (_, changed) => {
    expect(() => parseProfile('shop.json', stored(changed))).toThrow(InvalidInput);
    expect(() => parseProfile('shop.json', stored(changed))).toThrow(/^shop\.json is not a profile/);
  });

  it('is refused when it is not JSON or does not exist', async () => {
    expect(() => parseProfile('shop.json', 'within dirtied')).toThrow(InvalidInput);
    await expect(readProfile('/none/shop.json')).rejects.toThrow(/no such file/);
  });
});
