import { access, cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from '../../bench/lab/cache.ts';
import { machineAptOptions, machineMirror } from '../../bench/lab/machine-mirror.ts';

// crit of a release of Debian, with a Python of its own: this machine may have neither.

/** What the lab's hosts run where no other is said. */
const SUITE = 'trixie';

/** Where each of these leads in a system whose programs and libraries are all below /usr. */
const merged = ['bin', 'sbin', 'lib', 'lib64'];

/** Decodes each file of a directory as `crit decode` does, with one start of Python for all. */
const DECODE_ALL = `
import json, os, sys
import pycriu
source, results = sys.argv[1:3]
for name in sorted(os.listdir(source)):
    path = os.path.join(source, name)
    if not os.path.isfile(path) or os.path.islink(path):
        continue
    try:
        with open(path, 'rb') as image:
            text = json.dumps(pycriu.images.load(image))
    except Exception as error:
        text = 'crit: %s: %s' % (type(error).__name__, error)
    with open(os.path.join(results, name), 'w') as result:
        result.write(text)
`;

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Debian 12 has crit's library in criu's own package. */
const packagesOf = (suite: string): string =>
  suite === 'bookworm' ? 'python3-protobuf,criu' : 'python3-pycriu,criu';

const install = async (root: string, suite: string): Promise<void> => {
  const aptOptions = (await machineAptOptions()).map((option) => `--aptopt=${option}`);
  await execa('mmdebstrap', [
    '--mode=root',
    '--skip=check/canmount',
    '--variant=extract',
    `--include=${packagesOf(suite)}`,
    ...aptOptions,
    suite,
    root,
    `deb ${await machineMirror()} ${suite} main`,
  ]);
  for (const name of merged) await symlink(`usr/${name}`, join(root, name)).catch(() => {});
  await writeFile(join(root, 'decode-all.py'), DECODE_ALL);
};

/** A system with nothing but crit; made once, in some 6 s, and kept in the cache. Root only. */
export const critRoot = async (suite: string = SUITE): Promise<string> => {
  const root = join(dirname(cacheDirectory()), `crit-${suite}-1`);
  if (await isThere(join(root, 'decode-all.py'))) return root;
  await mkdir(dirname(root), { recursive: true });
  const building = await mkdtemp(`${root}.`);
  try {
    await install(building, suite);
    // Whoever was faster has made the same.
    await rename(building, root).catch(() => {});
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return root;
};

/** Runs Python in the system with crit; returns what it prints. */
export const runCritPython = async (root: string, ...argv: readonly string[]): Promise<string> => {
  const env = { PATH: '/usr/bin:/usr/sbin:/bin:/sbin', LC_ALL: 'C.UTF-8' };
  return (await execa('chroot', [root, 'python3', ...argv], { env })).stdout;
};

/** What crit makes of each file of a directory, in a directory beside it; what it cannot read begins with `crit: `. */
export const critDecodeAll = async (images: string, results: string, suite?: string): Promise<void> => {
  const root = await critRoot(suite);
  const work = await mkdtemp(join(root, 'tmp', 'precopy-'));
  const inside = (name: string): string => join(work, name).slice(root.length);
  try {
    await cp(images, join(work, 'images'), { recursive: true });
    await mkdir(join(work, 'results'));
    await runCritPython(root, '/decode-all.py', inside('images'), inside('results'));
    await cp(join(work, 'results'), results, { recursive: true });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
