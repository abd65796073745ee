import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { scriptText } from '../../../transport/door/script.ts';
import { fixture, type StartedScript, startScript, temporaryDirectory } from './start-script.ts';

interface Setting {
  readonly from: string;
  readonly to: string;
  /** Names the process that serves the connection. */
  readonly receiver: string;
  readonly calls: string;
  readonly gate: string;
}

const prepared = async (): Promise<Setting> => {
  const directory = await temporaryDirectory();
  const setting = {
    from: `${directory}/from`,
    to: `${directory}/there/images/final`,
    receiver: `${directory}/there/receiver`,
    calls: `${directory}/calls`,
    gate: `${directory}/there/gate.sh`,
  };
  await mkdir(setting.from);
  await mkdir(setting.to, { recursive: true });
  await writeFile(setting.gate, scriptText('gate'));
  return setting;
};

const ship = ({ from, calls, gate }: Setting, destination = 'root@destination'): Promise<StartedScript> =>
  startScript('ship-images', [from, '/run/mux', destination], {
    PATH: `${fixture('bin')}:${process.env['PATH']}`,
    SSH_CALLS: calls,
    SSH_GATE: gate,
  });

describe.concurrent('ship-images.sh', () => {
  it('is ready before there is anything to ship, and ships what is there when asked to', async () => {
    const setting = await prepared();
    const shipment = await ship(setting);
    await shipment.says('ready');
    await writeFile(`${setting.from}/core-1.img`, 'core');
    await writeFile(`${setting.from}/inventory.img`, 'inventory');
    shipment.write('ship\n');
    const { told, exit } = await shipment.ended;
    expect(told).toEqual(['ready', 'exit 0']);
    expect(exit.stderr).toMatch(/^Total bytes written: \d+/m);
    expect(await readFile(`${setting.to}/core-1.img`, 'utf8')).toBe('core');
    expect(await readFile(`${setting.to}/inventory.img`, 'utf8')).toBe('inventory');
  });

  it('leaves what the page-server wrote there alone', async () => {
    const setting = await prepared();
    await writeFile(`${setting.to}/pages-1.img`, 'pages');
    const shipment = await ship(setting);
    shipment.write('ship\n');
    expect((await shipment.ended).told).toContain('exit 0');
    expect(await readFile(`${setting.to}/pages-1.img`, 'utf8')).toBe('pages');
  });

  it('uses the connection that is open', async () => {
    const setting = await prepared();
    const shipment = await ship(setting);
    shipment.endInput();
    await shipment.ended;
    const calls = (await readFile(setting.calls, 'utf8')).split('\n');
    expect(calls[calls.indexOf('-S') + 1]).toBe('/run/mux');
    expect(calls[calls.indexOf('--') + 1]).toBe('root@destination');
    // Without the connection there is no other way, whatever this machine's ssh knows.
    expect(calls).toContain('ProxyCommand=false');
  });

  it('notes which process serves the connection over there, once it is ready', async () => {
    const setting = await prepared();
    const shipment = await ship(setting);
    await shipment.says('ready');
    const [pid, start] = (await readFile(setting.receiver, 'utf8')).trim().split(' ');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    expect(stat.slice(stat.lastIndexOf(') ') + 2).split(' ')[19]).toBe(start);
    shipment.endInput();
    await shipment.ended;
  });

  it.each(['', 'discard\n'])('ships nothing when called off (%j)', async (farewell) => {
    const setting = await prepared();
    await writeFile(`${setting.from}/core-1.img`, 'core');
    const shipment = await ship(setting);
    await shipment.says('ready');
    shipment.write(farewell);
    shipment.endInput();
    expect((await shipment.ended).told.at(-1)).not.toBe('exit 0');
    expect(await readdir(setting.to)).toEqual([]);
  });

  it.each(['refused', 'lost'])('ends when ssh does, and waits for nobody (%s)', async (destination) => {
    const shipment = await ship(await prepared(), destination);
    expect((await shipment.ended).told.at(-1)).toBe('exit 255');
  });

  it('fails when the images cannot be read, or not be written', async () => {
    const nowhere = await prepared();
    await rmdir(nowhere.to);
    const setting = await prepared();
    for (const broken of [{ ...setting, from: `${setting.from}/none` }, nowhere]) {
      const shipment = await ship(broken);
      if (broken === nowhere) await writeFile(`${nowhere.from}/core-1.img`, 'core');
      shipment.write('ship\n');
      expect((await shipment.ended).told.at(-1)).toMatch(/^exit [1-9]/);
    }
  });
});
