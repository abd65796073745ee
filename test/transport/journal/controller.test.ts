import { describe, expect, it } from 'vitest';
import { interrupt, stateOf, thisController } from '../../../transport/journal/controller.ts';
import { standInController } from '../../fakes/stand-in-controller.ts';

describe('the controller of a migration', () => {
  it('is alive while its process is', async () => {
    expect(stateOf(thisController())).toBe('alive');
    const { controller, end } = await standInController();
    expect(stateOf(controller)).toBe('alive');
    await end();
    expect(stateOf(controller)).toBe('gone');
  });

  it('is interrupted as by Ctrl-C', async () => {
    const { controller, interruptions, end } = await standInController();
    expect(interrupt(controller)).toBe(true);
    await expect.poll(interruptions).toBe(1);
    await end();
    expect(interrupt(controller)).toBe(false);
  });

  it.each([
    ['started at another time', { startTime: '1' }],
    ['belongs to another start of the machine', { boot: 'another' }],
  ])('is gone, and nobody is interrupted, where the process with its number %s', async (_, changed) => {
    const { controller, interruptions, end } = await standInController();
    const other = { ...controller, ...changed };
    expect(stateOf(other)).toBe('gone');
    expect(interrupt(other)).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(interruptions()).toBe(0);
    await end();
  });

  it('on another machine cannot be asked', () => {
    const elsewhere = { ...thisController(), host: 'not-this-one' };
    expect(stateOf(elsewhere)).toBe('elsewhere');
    expect(interrupt(elsewhere)).toBe(false);
  });
});
