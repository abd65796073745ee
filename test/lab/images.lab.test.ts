import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../bench/containers/oci-config.ts';
import { removeContainer, runContainer } from '../../bench/containers/run-container.ts';
import {
  critJson,
  decodeImage,
  decodeStats,
  describeName,
  encodeImage,
  localDirectory,
  memoryHeat,
  verifyCheckpoint,
} from '../../criu-proto/index.ts';
import type { Host } from '../../engine/ports/host.ts';
import { critDecodeAll } from './crit.ts';
import { openHosts, sh } from './hosts.ts';

const program = fileURLToPath(new URL('../fixtures/kinds-of-process.c', import.meta.url));
const work = '/run/precopy-images';

/** One process of each kind in namespaces of its own, dumped in two rounds and a last one. */
const dumpKinds = `
cd "$1" && mkdir files round-0 round-1 last
modprobe -a tun unix_diag inet_diag tcp_diag udp_diag raw_diag af_packet_diag netlink_diag
echo 4 >/proc/sys/vm/nr_hugepages
setsid unshare --ipc --net --uts --pid --fork --kill-child sh -c 'ip link set lo up; exec ./kinds files '"$2" \\
  </dev/null >files/output 2>&1 &
for i in $(seq 150); do [ -e files/ready ] && break; sleep 0.1; done
[ -e files/ready ] || { cat files/output; exit 1; }
root=$(pgrep -xo kinds)
dump() { criu "$1" --tree "$root" --images-dir "$2" --track-mem --log-file criu.log -v2 --shell-job \\
  --tcp-established --file-locks --link-remap --ghost-limit 10M "\${@:3}" || { tail "$2/criu.log"; exit 1; }; }
dump pre-dump round-0
dump pre-dump round-1 --prev-images-dir ../round-0
dump dump last --prev-images-dir ../round-1
criu cpuinfo dump --images-dir last
`;

/** A container of runc and one of Docker, each dumped by its runtime. */
const dumpRunc = 'runc checkpoint --image-path "$1/runc" --work-path "$1/runc" "$2"';
const dumpDocker = `
docker run --detach --name images --mount type=tmpfs,destination=/data precopy-lab \\
  sh -c 'echo kept >/data/file; exec 3</data/file; while :; do sleep 100 & wait; done' >/dev/null
sleep 1
id=$(docker inspect --format '{{.Id}}' images)
mkdir "$1/docker"
runc --root /run/docker/runtime-runc/moby checkpoint --image-path "$1/docker" --work-path "$1/docker" "$id"
`;

/** Kinds that a criu does not take: it says so, and dumps nothing. */
const notTaken = (criu: string): readonly string[] => [
  // Cannot dump a pidfd (criu/pidfd.c is new in 4.1).
  ...(criu.startsWith('3.') || criu.startsWith('4.0') ? ['process-files'] : []),
];

const clear = [
  'echo 0 >/proc/sys/vm/nr_hugepages',
  'pkill -KILL -x kinds',
  'docker rm --force images',
  `umount ${work}`,
  `rm -rf ${work}`,
  'true',
].join(' >/dev/null 2>&1; ');

const container: ContainerSpec = {
  id: 'images',
  hostNetwork: false,
  args: [
    'sh',
    '-c',
    'mkfifo /tmp/fifo; exec 3<>/tmp/fifo; echo waiting >&3; while :; do sleep 100 & wait; done',
  ],
};

const build = async (host: Host, directory: string): Promise<void> => {
  const binary = join(directory, 'kinds');
  await execa('gcc', ['-O1', '-static', '-pthread', '-o', binary, program]);
  const packed = await promisify(gzip)(await readFile(binary));
  await sh(host, `mkdir -p ${work} && mount -t tmpfs tmpfs ${work}`);
  await host.writeFile(`${work}/kinds.gz`, packed, 0o600);
  await sh(host, `cd ${work} && gunzip kinds.gz && chmod +x kinds`);
};

const rounds = ['round-0', 'round-1', 'last', 'runc', 'docker'] as const;

/**
 * Where crit is wrong or cannot tell. `ipcns-shm-*`: it reads a segment's content after its entry, though that is in a
 * pagemap, and so swallows the next entry.
 */
const differing = /^ipcns-shm-\d+\.img$/;

describe('images that criu has written', () => {
  const { a, b } = openHosts();
  let directory: string;
  const kept = process.env['PRECOPY_KEEP_IMAGES'];
  const place = (...parts: readonly string[]): string => join(directory, ...parts);

  /** Images of a directory, without those in forms of other programs. */
  const imagesIn = async (round: string): Promise<readonly string[]> =>
    (await readdir(place(round))).filter((name) => describeName(name)?.kind === 'image');

  beforeAll(async () => {
    directory = kept ?? (await mkdtemp(join(tmpdir(), 'precopy-images-')));
    await mkdir(directory, { recursive: true });
    const criu = /Version: (\S+)/.exec(await sh(a, 'criu --version'))?.[1] ?? '';
    await writeFile(place('criu'), criu);
    const suite = (await sh(a, '. /etc/os-release; echo "$VERSION_CODENAME"')).trim();
    await sh(a, clear);
    await removeContainer(a, container.id);
    await build(a, directory);
    const without = notTaken(criu).map((kind) => `-${kind}`);
    await a.run({ argv: ['bash', '-c', dumpKinds, 'bash', work, without.join(' ')] });
    await runContainer(a, container);
    await sh(a, 'sleep 0.5; mkdir "$1/runc"', work);
    await sh(a, dumpRunc, work, container.id);
    await sh(a, dumpDocker, work);
    await sh(a, `cd ${work} && tar -czf images.tar.gz ${rounds.join(' ')}`);
    await execa('tar', ['-xz', '-C', directory], { input: await a.readFile(`${work}/images.tar.gz`) });
    await mkdir(place('crit'));
    for (const round of rounds) {
      await mkdir(place('crit', round));
      await critDecodeAll(place(round), place('crit', round), suite);
    }
  });

  afterAll(async () => {
    await sh(a, clear);
    await removeContainer(a, container.id);
    // test/fixtures/images/make.mjs makes a corpus of the unit tests of what it has kept.
    if (kept === undefined) await rm(directory, { recursive: true, force: true });
    await Promise.all([a.close(), b.close()]);
  });

  it('are of at least 25 kinds of process', async () => {
    const processes = (await readdir(place('last'))).filter((name) => name.startsWith('mm-'));
    expect(processes.length).toBeGreaterThanOrEqual(25);
    const kinds = await sh(a, 'cat "$1/files/ready"', work);
    expect(kinds.trim().split('\n').length).toBeGreaterThanOrEqual(25);
  });

  it.each(rounds)('of %s read as crit reads them, to the letter', async (round) => {
    const names = await imagesIn(round);
    expect(names).not.toEqual([]);
    for (const name of names.filter((each) => !differing.test(each))) {
      const expected = await readFile(place('crit', round, name), 'utf8');
      expect([name, critJson(decodeImage(name, await readFile(place(round, name))))]).toEqual([
        name,
        expected,
      ]);
    }
  });

  it.each(rounds)('of %s are the same bytes when they are encoded again', async (round) => {
    for (const name of await imagesIn(round)) {
      const bytes = await readFile(place(round, name));
      const again = encodeImage(decodeImage(name, bytes));
      expect([name, Buffer.compare(bytes, again)]).toEqual([name, 0]);
    }
  });

  it.each(['last', 'runc', 'docker'])('of %s are consistent', async (round) => {
    const { problems, processes, pages } = await verifyCheckpoint(localDirectory(place(round)));
    expect(problems).toEqual([]);
    expect(processes).toBeGreaterThan(0);
    expect(pages).toBeGreaterThan(0n);
  });

  it('show in each round as many pages as criu counted', async () => {
    const heat = await memoryHeat(localDirectory(place('last')));
    for (const [index, round] of ['round-0', 'round-1', 'last'].entries()) {
      const { dump } = decodeStats('stats-dump', await readFile(place(round, 'stats-dump')));
      const shown = heat.mappings.reduce((sum, { rounds: of }) => sum + (of[index]?.pages ?? 0), 0);
      expect([round, shown]).toEqual([round, (dump?.pagesWritten ?? 0) + (dump?.shpagesWritten ?? 0)]);
    }
  });
});
