import { describe, expect, it } from 'vitest';
import {
  controllerStateOf,
  interruptController,
  thisController,
} from '../../../transport/journal/controller.ts';
import { standInController } from '../../fakes/stand-in-controller.ts';

describe('the controller of a migration', () => {
  it('is alive while its process runs', async () => {
    expect(controllerStateOf(thisController())).toBe('alive');
    const { controller, end } = await standInController();
    expect(controllerStateOf(controller)).toBe('alive');
    await end();
    expect(controllerStateOf(controller)).toBe('gone');
  });

  it('is interrupted as by Ctrl-C', async () => {
    const { controller, interruptions, end } = await standInController();
    expect(interruptController(controller)).toBe(true);
    await expect.poll(interruptions).toBe(1);
    await end();
    expect(interruptController(controller)).toBe(false);
  });

  it.each([
    ['started at another time', { startTime: '1' }],
    ['belongs to another start of the machine', { boot: 'another' }],
  ])('is gone, and no process is interrupted, where the process with its number %s', async (_, changed) => {
    const { controller, interruptions, end } = await standInController();
    const other = { ...controller, ...changed };
    expect(controllerStateOf(other)).toBe('gone');
    expect(interruptController(other)).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(interruptions()).toBe(0);
    await end();
  });

  it('on another machine is `elsewhere`', () => {
    const elsewhere = { ...thisController(), host: 'not-this-one' };
    expect(controllerStateOf(elsewhere)).toBe('elsewhere');
    expect(interruptController(elsewhere)).toBe(false);
  });
});
