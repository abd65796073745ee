import { removeContainer, runContainer } from '../../bench/containers/run-container.ts';
import { pageCounter } from '../../bench/containers/workloads.ts';
import { defaultDockerRequest } from '../../engine/core/docker/default-request.ts';
import { defaultPageRequest } from '../../engine/core/pages/default-request.ts';
import { defaultPolicy } from '../../engine/core/rounds/default-policy.ts';
import { millis } from '../../engine/model/units.ts';
import { preflight } from '../../engine/run/preflight.ts';
import { sshLink } from '../../transport/link/ssh-link.ts';
import { runcDestination } from '../../transport/runc/destination.ts';
import { runcSource } from '../../transport/runc/source.ts';
import { destinationContract } from '../contracts/destination.ts';
import { linkContract } from '../contracts/link.ts';
import type { OpenScene } from '../contracts/migration-ports.ts';
import { recoveryContract } from '../contracts/recovery.ts';
import { sourceContract } from '../contracts/source.ts';
import { rememberedProofs } from '../fakes/remembered-proofs.ts';
import { openHosts, sh } from './hosts.ts';
import { providedLab } from './provided.ts';

const id = 'contract';

const leftovers =
  'ls -d /run/precopy /var/lib/containers/contract 2>/dev/null | sed "s/^/directory /"; grep precopy- ~/.ssh/authorized_keys | sed "s/^/key /"; pgrep -x criu | sed "s/^/criu /"; true';

const open: OpenScene = async () => {
  const { addresses } = providedLab();
  const { a, b } = openHosts();
  await Promise.all([removeContainer(a, id), removeContainer(b, id)]);
  await runContainer(a, pageCounter(id, 16, 1000));
  const runc = { runcRoot: '/run/runc', imagesDirectory: '/run/precopy', proven: rememberedProofs() };
  const ports = {
    source: runcSource(a, { ...runc, owner: 'a test' }),
    destination: runcDestination(b, { ...runc, source: a }),
    link: sshLink({ source: a, destination: b, sshPort: 22 }),
    clock: { now: () => millis(performance.now()), sleep: async () => {} },
    patience: { stall: millis(30_000) },
  };
  const request = {
    container: id,
    from: 'a',
    to: 'b',
    policy: defaultPolicy,
    pages: defaultPageRequest,
    docker: defaultDockerRequest,
  };
  const plan = await preflight(ports, { migration: 'contract', request, address: addresses.b });
  const runs =
    'case $(runc state contract 2>/dev/null) in *\'"status": "running"\'*) ;; *) exit 1 ;; esac; t() { awk "{ print \\$14 + \\$15 }" /proc/$(runc state contract | sed -n "s/.*\\"pid\\": \\([0-9]*\\),.*/\\1/p")/stat; }; x=$(t); sleep 1; [ "$(t)" != "$x" ]';
  const isRunning = async (host: typeof a): Promise<boolean> =>
    (await host.probe({ argv: ['sh', '-c', runs] })).exitCode === 0;
  const lines = async (): Promise<readonly string[]> => {
    const own = (await sh(a, leftovers)).split('\n').filter((line) => !line.includes('/var/lib/containers'));
    return [...own, ...(await sh(b, leftovers)).split('\n')].filter((line) => line !== '');
  };
  return {
    ports,
    plan,
    runsOnSource: () => isRunning(a),
    runsOnDestination: () => isRunning(b),
    loseCopy: async () => {
      await sh(b, 'runc kill "$1" KILL; until runc state "$1" | grep -q stopped; do sleep 0.1; done', id);
    },
    left: lines,
    close: async () => {
      await Promise.all([removeContainer(a, id), removeContainer(b, id)]);
      await Promise.all([a.close(), b.close()]);
    },
  };
};

sourceContract('a runc host', open);
destinationContract('a runc host', open);
linkContract('a runc host', open);
recoveryContract('a runc host', open);
