import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../bench/containers/oci-config.ts';
import {
  bundleOf,
  makeRootfs,
  removeContainer,
  runContainer,
  startBundle,
} from '../../bench/containers/run-container.ts';
import type { Host } from '../../engine/ports/host.ts';
import { between, openHosts, sh } from './hosts.ts';
import { migrate, reportOf, startUntil } from './precopy.ts';

const id = 'files';
const idle: ContainerSpec = { id, hostNetwork: false, args: ['tail', '-f', '/etc/passwd'] };

/** Everything about a tree that a container could tell apart: content, kind, owner, mode, time, links, holes, xattrs. */
const fingerprint = [
  'cd "$1"',
  'find . -mindepth 1 -printf "%P %y %m %U %G %s %l " -exec stat -c "%t:%T %Y" {} \\; | sort',
  'find . -type f -exec sha256sum {} + | sort -k 2',
  'find . -type f -size +1M -printf "%P " -exec sh -c \'[ $(($(stat -c "%b * 512" "$1"))) -lt $(stat -c %s "$1") ] && echo sparse || echo dense\' sh {} \\;',
  'find . -mindepth 1 -exec getfattr -h -d -m - --absolute-names {} + 2>/dev/null | sort',
  'find . -type f -links +1 -printf "%i %P\\n" | sort | awk \'{ g[$1] = g[$1] " " $2 } END { for (i in g) print "linked" g[i] }\' | sort',
].join('; ');

/** Less the time of /tmp: criu's dump makes a directory there for a moment. */
const ofTree = async (host: Host, path: string): Promise<string> =>
  (await sh(host, fingerprint, path)).replace(/^(tmp d .*) \d+$/m, '$1');

/** Files of every awkward kind, made from the host. */
const awkward = [
  'cd "$1"/data',
  'echo one >kept && ln kept linked && ln -s kept symlink',
  'truncate -s 4M sparse && printf x | dd of=sparse bs=1 seek=2000000 conv=notrunc 2>/dev/null',
  'echo x >attributed && setfattr -n user.colour -v green attributed',
  'mkdir -p deep/er && echo deep >deep/er/file && chown 1234:4321 deep/er && chmod 2750 deep/er',
  'printf odd >"a name with  spaces, \'quotes\' and [brackets]"',
  'mkfifo pipe && echo doomed >doomed && echo same >same',
].join(' && ');

/** What the container does to its files while rounds are under way. */
const changes = [
  'cd "$1"/data',
  'rm doomed && echo more >>kept && mv deep moved',
  // Same size, and perhaps the same second.
  'printf "SAME\\n" >same',
].join(' && ');

/** Starts a container whose standard descriptors are pipes; a process of its own holds their other ends. */
const piped = [
  "coproc { exec setsid bash -c 'exec 5>&1 >/dev/null 2>&1; exec cat'; }",
  'exec {input}<&"${COPROC[0]}" {output}>&"${COPROC[1]}"',
  'exec runc run --detach --bundle "$1" "$2" <&"$input" >&"$output" 2>&1',
].join('; ');

describe('the files of a container', () => {
  const hosts = openHosts();
  const clear = async (): Promise<void> => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
  };
  afterEach(clear);
  afterAll(() => Promise.all([hosts.a.close(), hosts.b.close()]));

  const args = [
    'migrate',
    id,
    ...between('a', 'b'),
    '--max-rounds',
    '2',
    '--min-dirty-pages',
    '0',
    '--json',
    '--yes',
  ];

  it('are the same on the destination, with what changed during the rounds', async () => {
    await clear();
    await runContainer(hosts.a, idle);
    const rootfs = `${bundleOf(id)}/rootfs`;
    await sh(hosts.a, awkward, rootfs);
    const running = await startUntil(/round 0: /, args);
    await sh(hosts.a, changes, rootfs);
    expect(reportOf(await running.finished).outcome).toBe('migrated');
    const there = await ofTree(hosts.b, rootfs);
    expect(there).toBe(await ofTree(hosts.a, rootfs));
    expect(there).not.toMatch(/doomed/);
    expect(
      await sh(hosts.b, 'runc exec "$1" busybox cat /data/kept /data/moved/er/file /data/same', id),
    ).toBe('one\nmore\ndeep\nSAME\n');
  });

  it('on an overlay keep their whiteouts and opaque directories', async () => {
    await clear();
    const bundle = bundleOf(id);
    await makeRootfs(hosts.a, idle);
    const overlay = [
      'cd "$1" && mv rootfs lower && mkdir rootfs upper work lower/old lower/opaque',
      'echo old >lower/old/file && echo hidden >lower/opaque/hidden && echo gone >lower/gone',
      'mount -t overlay overlay -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" "$1/rootfs"',
    ].join(' && ');
    await sh(hosts.a, overlay, bundle);
    await startBundle(hosts.a, idle);
    // chmod: criu makes a file in /tmp for a moment when it dumps, and brings /tmp up from the lower layer if nobody has.
    const inside =
      'chmod 1777 /tmp && rm /gone && rm -r /opaque && mkdir /opaque && echo new >/opaque/new && echo changed >/old/file';
    await hosts.a.run({ argv: ['runc', 'exec', id, 'sh', '-c', inside] });
    const running = await startUntil(/round 0: /, args);
    await hosts.a.run({ argv: ['runc', 'exec', id, 'sh', '-c', 'echo late >/old/late && rm /opaque/new'] });
    const finished = await running.finished;
    expect(reportOf(finished)).toMatchObject({ outcome: 'migrated' });
    const upper = await ofTree(hosts.b, `${bundle}/upper`);
    expect(upper).toBe(await ofTree(hosts.a, `${bundle}/upper`));
    expect(upper).toMatch(/gone c /);
    expect(upper).toMatch(/trusted\.overlay\.opaque="y"/);
    const seen = 'ls / | grep -c gone; ls -A /opaque; cat /old/file /old/late';
    expect(await sh(hosts.b, 'runc exec "$1" sh -c "$2"; true', id, seen)).toBe('0\nchanged\nlate\n');
  });

  it('that a process writes to through a mapping are not left behind at an older content', async () => {
    await clear();
    await runContainer(hosts.a, { ...idle, args: ['page-counter', '4', '2000', 'file'] });
    await sh(hosts.a, 'sleep 2');
    expect(reportOf(await (await startUntil(/round 0: /, args)).finished).outcome).toBe('migrated');
    await sh(hosts.b, 'sleep 4');
    expect(await sh(hosts.b, 'cat "$1/rootfs/page-counter.failed" 2>/dev/null; true', bundleOf(id))).toBe('');
  });

  it('include what is written to pipes: it goes to a log that has a reader', async () => {
    await clear();
    await makeRootfs(hosts.a, idle);
    const talker = {
      ...idle,
      args: ['sh', '-c', 'i=0; while :; do i=$((i + 1)); echo "line $i"; read -t 1 answer; done'],
    };
    const log = `${bundleOf(id)}/output.log`;
    await startBundle(hosts.a, talker, piped);
    const { report } = await migrate(id, ...between('a', 'b'), '--max-rounds', '2');
    expect(report.outcome).toBe('migrated');
    await sh(hosts.b, 'sleep 3');
    const lines = (await sh(hosts.b, 'cat "$1"', log)).trim().split('\n');
    const numbers = lines.map((line) => Number(/^line (\d+)$/.exec(line)?.[1]));
    expect(numbers.length).toBeGreaterThanOrEqual(2);
    expect(numbers[0]).toBeGreaterThan(1);
    numbers.slice(1).forEach((number, index) => {
      expect(number).toBe((numbers[index] ?? 0) + 1);
    });
    await removeContainer(hosts.b, id);
    expect(await sh(hosts.b, 'sleep 1; pgrep -xc cat; true')).toBe('0\n');
  });
});
