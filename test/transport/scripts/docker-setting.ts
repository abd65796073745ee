import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { scriptArgv, scriptText } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { fixture, makeProgram, temporaryDirectory } from './start-script.ts';

export interface DockerSetting {
  /** The migration's. */
  readonly directory: string;
  /** Where the wrapper looks for what is parked. */
  readonly parked: string;
  readonly bundle: string;
  /** As `findmnt` tells of the container's root filesystem. */
  readonly mounted: string;
  readonly rootfs: string;
  /** Tells how the restore went; absent until it began. */
  readonly outcome: string;
  readonly variables: Readonly<Record<string, string>>;
  /** What was called so far, a line for each call. */
  calls(): Promise<readonly string[]>;
}

export const ID = 'c0ffee';

/** A Docker host with a container, its programs but stand-ins, and a migration's directory. */
export const dockerSetting = async (): Promise<DockerSetting> => {
  const top = await temporaryDirectory();
  const [directory, bundle, bin, home] = ['migration', 'bundle', 'bin', 'overlay2'].map(
    (name) => `${top}/${name}`,
  ) as [string, string, string, string];
  await localHost().run({ argv: scriptArgv('make-destination-directory', directory, 'm1') });
  const hold = `${directory}/destination-hold.sh`;
  await makeProgram(hold, scriptText('destination-hold'));
  await writeFile(`${directory}/restore.conf`, `action-script ${hold}\n`);
  const rootfs = `${home}/layer/merged`;
  for (const made of [bundle, bin, `${top}/precopy/parked`, rootfs, `${home}/l/A`, `${home}/l/B`])
    await mkdir(made, { recursive: true });
  await writeFile(
    `${bundle}/config.json`,
    JSON.stringify({ process: {}, root: { path: rootfs }, mounts: [] }),
  );
  for (const name of ['docker', 'findmnt', 'mount', 'umount', 'runc'])
    await symlink(fixture('like-docker.sh'), `${bin}/${name}`);
  await symlink(fixture('restore-like-criu.sh'), `${bin}/restore-like-criu`);
  const mounted = 'overlay rw,relatime rw,lowerdir=l/A:l/B,upperdir=layer/diff,workdir=layer/work';
  const wrapper = `${top}/docker-runtime`;
  await writeFile(wrapper, scriptText('docker-runtime'));
  const calls = `${top}/calls`;
  await writeFile(calls, '');
  return {
    directory,
    parked: `${top}/precopy/parked`,
    bundle,
    mounted,
    rootfs,
    outcome: `${top}/outcome`,
    variables: {
      PATH: `${bin}:${process.env['PATH']}`,
      PRECOPY_PARKED: `${top}/precopy/parked`,
      CALLS: calls,
      WRAPPER: wrapper,
      MOUNTED: mounted,
      RUNTIME: 'precopy',
      OUTCOME: `${top}/outcome`,
      BUNDLE: bundle,
    },
    calls: async () => (await readFile(calls, 'utf8')).split('\n').filter((line) => line !== ''),
  };
};
