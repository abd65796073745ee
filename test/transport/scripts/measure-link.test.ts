import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { scriptText } from '../../../transport/door/script.ts';
import { makeProgram, startScript, temporaryDirectory } from './start-script.ts';

/** Stands in for ssh: asks the gate, through a link of so many KiB a tenth of a second. `check` tells of a master. */
const ssh = (gate: string, link: string): string => `#!/bin/bash
case " $* " in *' check '*) echo 'Master running (pid=4711)' >&2; exit ;; esac
${link} | SSH_ORIGINAL_COMMAND=\${@: -1} exec bash '${gate}'
`;
const slow = `perl -e '$| = 1; while (sysread STDIN, my $b, 65536) { print $b; select undef, undef, undef, length($b) / 2e6 }'`;

const ss = `#!/bin/bash
echo 'ESTAB 0 0 192.0.2.1:1 192.0.2.2:22 users:(("ssh",pid=47,fd=3))'
echo '	 cubic bytes_sent:1 bytes_acked:1 segs_out:1'
echo 'ESTAB 0 0 192.0.2.1:2 192.0.2.2:22 users:(("ssh",pid=4711,fd=3))'
echo '	 cubic rto:204 bytes_sent:900 bytes_retrans:100 bytes_acked:800 segs_out:9'
`;

const measured = async (link: string): Promise<readonly string[]> => {
  const directory = await temporaryDirectory();
  await mkdir(`${directory}/bin`);
  await writeFile(`${directory}/gate.sh`, scriptText('gate'));
  for (const [name, text] of [
    ['ssh', ssh(`${directory}/gate.sh`, link)],
    ['ss', ss],
  ] as const) {
    await makeProgram(`${directory}/bin/${name}`, text);
  }
  const script = await startScript('measure-link', ['/run/mux', 22, 'root@b'], {
    PATH: `${directory}/bin:${process.env['PATH']}`,
  });
  return (await script.ended).told;
};

describe('measure-link.sh', () => {
  it('tells what gets over a slow link, and what the connection has carried', async () => {
    const [rate = '', carried] = await measured(slow);
    expect(Number(rate.replace('rate ', ''))).toBeGreaterThan(0.5e6);
    expect(Number(rate.replace('rate ', ''))).toBeLessThan(2.5e6);
    expect(carried).toBe('carried 800');
  });

  it('tells of a fast one', async () => {
    const [rate = ''] = await measured('cat');
    expect(Number(rate.replace('rate ', ''))).toBeGreaterThan(10e6);
  });

  it('says nothing where the link ends before', async () => {
    expect(await measured('head -c 300000')).toEqual([]);
  });
});
