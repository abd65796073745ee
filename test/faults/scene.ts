import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lostWrites, type RedisWriter, startRedisWriter } from '../../bench/client/redis-writer.ts';
import { removeContainer } from '../../bench/containers/run-container.ts';
import { type Lab, openLab } from '../../bench/lab/index.ts';
import type { Host } from '../../engine/ports/host.ts';
import { clearDocker, setUpDocker, startDockerRedis } from '../lab/docker.ts';
import { between, type LabHostName, openHosts, sh } from '../lab/hosts.ts';
import { type Started, startUntil } from '../lab/precopy.ts';
import { providedLab } from '../lab/provided.ts';
import { startRedis } from '../lab/redis.ts';
import { type Step, shownAt } from './steps.ts';

export type Runtime = 'runc' | 'docker';

/** A container under writes, on its way from a to b, and everything a fault can get hold of. */
export interface Scene {
  readonly hosts: Readonly<Record<LabHostName, Host>>;
  readonly lab: Lab;
  readonly controller: Started;
}

const CONTAINER = 'till';
const KEYS = 5000;
const PORT = 6379;
const both: readonly LabHostName[] = ['a', 'b'];

/** One runtime's container in the lab, before, during and after its migration. */
export interface Stage {
  readonly hosts: Readonly<Record<LabHostName, Host>>;
  readonly lab: Lab;
  begin(): Promise<void>;
  /** Migrates until the step, and no further than that until `letGo`. */
  reach(step: Step): Promise<Scene>;
  letGo(): Promise<void>;
  /** On which hosts a process of it runs, and is not stopped. */
  runningOn(): Promise<readonly LabHostName[]>;
  /** Acknowledged writes that the survivor has not, once it takes new ones; how many were acknowledged. */
  readBack(on: LabHostName): Promise<{ readonly acknowledged: number; readonly lost: number }>;
  /** What the migration has left on the hosts that were not powered off: files, keys, processes, those of a second copy. */
  left(on: LabHostName | undefined): Promise<readonly string[]>;
  end(): Promise<void>;
}

const leftOvers = [
  'ls -d /run/precopy /run/precopy/* /var/lib/precopy /var/lib/precopy/* 2>/dev/null | sed "s/^/directory /"',
  'grep precopy- ~/.ssh/authorized_keys | sed "s/^/key /"',
  'ps -ww -eo args= | grep -E "/(run|var/lib)/precopy|precopy-|^criu" | grep -v "^grep\\|^sh -c ls" | sed "s/^/process /"',
  'pgrep -x redis-server | tail -n "+$1" | sed "s/^/copy /"',
  'grep -oE " /(run|var/lib)/precopy[^ ]*" /proc/self/mountinfo | sed "s/^/mount/"',
  'find /sys/fs/cgroup -name cgroup.freeze -exec grep -l 1 {} + 2>/dev/null | sed "s/^/frozen /"',
  'true',
].join('; ');

/** The first process of the container, if it is there. */
const processes: Readonly<Record<Runtime, string>> = {
  runc: 'runc state "$1" 2>/dev/null | sed -n "s/^ *\\"pid\\": \\([1-9][0-9]*\\),$/\\1/p"',
  // Docker answers nothing about a container that it is starting: as long as its copy is held, it runs nowhere.
  docker:
    'id=$(timeout 60 docker inspect --format "{{if .State.Running}}{{.Id}}{{end}}" "$1" 2>/dev/null); [ -n "$id" ] && head -n 1 "/sys/fs/cgroup/docker/$id/cgroup.procs"',
};

/** Whether it takes its time, and goes on to: a stopped one does not even turn its event loop, and one that is killed takes some once. */
const takesTime = [
  't() { sed "s/.*) //" "/proc/$1/schedstat" 2>/dev/null; }',
  'pid=$(PROCESS); [ -n "$pid" ] || exit 1',
  'x=$(t "$pid"); sleep 1.5; y=$(t "$pid"); sleep 1; z=$(t "$pid")',
  '[ -n "$z" ] && [ "$x" != "$y" ] && [ "$y" != "$z" ]',
].join('; ');

export const stageFor = (runtime: Runtime, imagesDirectory: string): Stage => {
  // Docker's containers have one named by their id.
  const directory = `${imagesDirectory}/*`;
  const hosts = openHosts();
  let lab: Lab | undefined;
  let writer: RedisWriter | undefined;
  let ports: readonly number[] = [];
  const opened = (): Lab => {
    if (lab === undefined) throw new Error('the stage has not begun');
    return lab;
  };
  const clear = (): Promise<unknown> =>
    Promise.all(
      both.map((name) =>
        runtime === 'docker' ? clearDocker(hosts[name]) : removeContainer(hosts[name], CONTAINER),
      ),
    );
  return {
    hosts,
    get lab() {
      return opened();
    },
    begin: async () => {
      lab = await openLab(providedLab().name);
      // Nothing that an earlier fault has left may count here, neither on the hosts nor in the journal.
      await lab.reset();
      await rm(join(providedLab().stateHome, 'precopy/journal'), { recursive: true, force: true });
      if (runtime === 'docker') {
        await Promise.all(both.map(setUpDocker));
        await startDockerRedis(hosts.a, CONTAINER, KEYS, ['-p', `${PORT}:6379`]);
      } else await startRedis(hosts.a, CONTAINER, KEYS);
      ports = await Promise.all(both.map((name) => opened().publish(name, PORT)));
      writer = startRedisWriter(ports, 50);
    },
    reach: async (step) => {
      const args = ['migrate', CONTAINER, ...between('a', 'b'), '--json', '--yes', '--max-rounds', '2'];
      const limits = ['--stall-timeout', '12s', '--images-dir', imagesDirectory];
      const controller = await startUntil(shownAt[step], [...args, ...limits]);
      if (step === 'committed') await holdBack(hosts.b, directory);
      const reached = marks[step];
      if (reached !== undefined)
        await Promise.race([
          sh(hosts.a, `until [ -e ${directory}/${reached} ]; do sleep 0.05; done`),
          endedBefore(step, controller),
        ]);
      return { hosts, lab: opened(), controller };
    },
    letGo: async () => {
      // Not a restore that is made once more either.
      const undo = `sed -i "s/; sleep ${HELD_BACK}$//" ${directory}/destination-hold.sh; pkill -f "^sleep ${HELD_BACK}$"`;
      await hosts.b.probe({ argv: ['sh', '-c', undo] });
    },
    runningOn: async () => {
      const script = takesTime.replace('PROCESS', processes[runtime]);
      const runs = await Promise.all(
        both.map(async (name) => {
          const { exitCode } = await hosts[name].probe({ argv: ['sh', '-c', script, 'sh', CONTAINER] });
          return exitCode === 0;
        }),
      );
      return both.filter((_, each) => runs[each]);
    },
    readBack: async (on) => {
      if (writer === undefined) throw new Error('nobody has written');
      const before = writer.acknowledged();
      for (let second = 0; second < 30 && writer.acknowledged() <= before; second += 1)
        await new Promise((resolve) => setTimeout(resolve, 1000));
      const served = writer.acknowledged() > before;
      const { acknowledgements } = await writer.stop();
      // A host that was off is reached by another port of this machine than before.
      const port = served ? (ports[both.indexOf(on)] ?? 0) : await opened().publish(on, PORT);
      if (!served && !(await takesWrites(port))) throw new Error(`${on} takes no writes`);
      const lost = await lostWrites(port, acknowledgements);
      return { acknowledged: acknowledgements.length, lost: lost.length };
    },
    left: async (on) => {
      const found = await Promise.all(
        both.map(async (name) =>
          (await sh(hosts[name], leftOvers, on === name ? '2' : '1'))
            .split('\n')
            .flatMap((line) => (line === '' ? [] : [`${name}: ${line}`])),
        ),
      );
      return found.flat();
    },
    end: async () => {
      await writer?.stop();
      writer = undefined;
      await clear();
      await Promise.all(both.map((name) => hosts[name].close()));
    },
  };
};

const takesWrites = async (port: number): Promise<boolean> => {
  const writer = startRedisWriter([port], 50);
  for (let second = 0; second < 30 && writer.acknowledged() === 0; second += 1)
    await new Promise((resolve) => setTimeout(resolve, 1000));
  await writer.stop();
  return writer.acknowledged() > 0;
};

/** A migration that has ended gets no further. */
const endedBefore = async (step: Step, { finished }: Started): Promise<never> => {
  const { exitCode, stdout, stderr } = await finished;
  throw new Error(`ended before ${step}, with ${exitCode}:\n${stderr}\n${stdout}`);
};

/** What the source has written down by then, where the progress shows it too early. */
const marks: Readonly<Partial<Record<Step, string>>> = { restoring: 'handed-over', committed: 'killed' };

/** Seconds, and known by that. */
const HELD_BACK = '600.25';

/** Keeps the copy from hearing its verdict once it has said that all processes exist: the commit then lasts. */
const holdBack = async (host: Host, directory: string): Promise<void> => {
  const later = `s/^ *say prepared$/&; sleep ${HELD_BACK}/`;
  await sh(host, `sed -i "$1" ${directory}/destination-hold.sh`, later);
};
