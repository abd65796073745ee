import { describe, expect, it } from 'vitest';
import type { DockerFacts, DockerPlan } from '../../../../engine/model/docker.ts';
import type { Plan } from '../../../../engine/model/plan.ts';
import { bytes, millis } from '../../../../engine/model/units.ts';
import { planText } from '../../../../engine/observe/plan/text.ts';
import { findingsText } from '../../../../engine/observe/text/findings.ts';
import { docker } from '../../../fakes/facts.ts';
import { bind, volume } from '../../core/docker-mounts.ts';
import { plan } from '../../core/events.ts';

describe('the text of a plan', () => {
  it('tells caps on the link, where there are any', () => {
    const capped = { ...plan, policy: { ...plan.policy, maxBandwidth: bytes(10 * 1024 ** 2) } };
    expect(planText(capped).replaceAll(/\n +/g, ' ')).toContain(
      'bandwidth  rounds and syncs at most 10.0 MiB/s, the frozen part as fast as it goes',
    );
    expect(planText(plan)).not.toContain('bandwidth');
  });

  it('tells what would be done before anything is', () => {
    const late: Plan = { ...plan, policy: { ...plan.policy, deadline: millis(300_000) } };
    expect(`\n${planText(late)}\n`).toMatchInlineSnapshot(`
      "
      container  shop (runc), 3 processes
      from       blue, images in /run/precopy/shop
      to         green as 10.0.0.2, images in /run/precopy/shop
      memory     100.0 MiB resident; up to 166.0 MiB of images
      pages      over ssh (aes128-gcm), to one of ports 914 to 915, which no other
                 host can reach
      compress   where link and memory show that it pays, once the link is open
      files      overlay /containers/shop/rootfs, 1 lower directory, 0 of them to be
                 copied; 20.0 MiB
      rounds     until one sends 64 dirty pages or fewer, the predicted downtime is
                 within 1.00 s, dirty pages grow by more than 10 %, three rounds bring
                 nothing, 5 min 00 s have passed (then cut over), at the latest after
                 100 rounds

      note    fd 1 is a pipe [stdio-pipe]
      1 note
      "
    `);
  });

  it('says that no round is made', () => {
    expect(planText({ ...plan, policy: { ...plan.policy, maxRounds: 0 } })).toContain(
      'rounds     none: all memory goes while the container stands still\n',
    );
  });

  it('says that a budget is a promise where it is one', () => {
    const strict: Plan = {
      ...plan,
      policy: { ...plan.policy, deadline: millis(300_000), onDeadline: 'give-up' },
    };
    expect(planText(strict)).toContain('within 1.00 s; give up after 5 min');
  });
});

describe('the text of a plan for a Docker container', () => {
  const facts = docker({
    ports: [{ protocol: 'tcp', hostAddress: '', hostPort: 8080, containerPort: 80 }],
    mounts: [volume(), bind({ writable: false }), volume({ name: 'nfs', destination: '/nfs' })],
  });
  const decided: DockerPlan = {
    shipImage: true,
    layersPresent: 1,
    createNetworks: ['app'],
    mounts: [
      { name: 'data', fate: 'copy' },
      { name: '/srv/data', fate: 'leave' },
      { name: 'nfs', fate: 'shared' },
    ],
    tcp: 'close',
    attach: 'restore',
    runcRoot: '/run/docker/runtime-runc/moby',
    removeSource: false,
  };
  const text = (changed: Partial<DockerFacts>, otherwise: Partial<DockerPlan>): string =>
    planText({
      ...plan,
      container: {
        ...plan.container,
        id: '0f'.repeat(32),
        runtime: 'docker',
        docker: { ...facts, ...changed },
      },
      docker: { ...decided, ...otherwise },
    });

  it('tells what Docker will have on the destination, and what is left on the source', () => {
    expect(`\n${text({}, {})}\n`).toMatchInlineSnapshot(`
      "
      container  web (docker 0f0f0f0f0f0f), 3 processes
      from       blue, images in /run/precopy/shop
      to         green as 10.0.0.2, images in /run/precopy/shop
      memory     100.0 MiB resident; up to 166.0 MiB of images
      pages      over ssh (aes128-gcm), to one of ports 914 to 915, which no other
                 host can reach
      compress   where link and memory show that it pays, once the link is open
      files      what the container changed of its image; 20.0 MiB
      image      nginx:1.27 (abababababab), to be sent: 1 of its 3 layers are on green
      network    app (bridge), 172.30.0.10, to be made
      attached   by the restore, at the cut-over
      ports      8080->80/tcp
      mounts     data at /data: copied; 120.0 MiB
                 /srv/data at /data, read-only: the destination's is used; 120.0 MiB
                 nfs at /nfs: reached from both hosts, not copied; 120.0 MiB
      tcp        established connections are closed at the cut-over
      source     web is kept on blue, stopped, under another name (web-moved-to-...),
                 and never restarted
      rounds     until one sends 64 dirty pages or fewer, the predicted downtime is
                 within 1.00 s, dirty pages grow by more than 10 %, three rounds bring
                 nothing, at the latest after 100 rounds

      note    fd 1 is a pipe [stdio-pipe]
      1 note
      "
    `);
  });

  it('tells what is there already and what goes', () => {
    const short = text(
      { networking: 'host', networks: [], ports: [], mounts: [] },
      {
        shipImage: false,
        createNetworks: [],
        mounts: [],
        tcp: 'keep',
        attach: 'restore',
        runcRoot: '/run/docker/runtime-runc/moby',
        removeSource: true,
      },
    );
    expect(`\n${short}\n`).toMatchInlineSnapshot(`
      "
      container  web (docker 0f0f0f0f0f0f), 3 processes
      from       blue, images in /run/precopy/shop
      to         green as 10.0.0.2, images in /run/precopy/shop
      memory     100.0 MiB resident; up to 166.0 MiB of images
      pages      over ssh (aes128-gcm), to one of ports 914 to 915, which no other
                 host can reach
      compress   where link and memory show that it pays, once the link is open
      files      what the container changed of its image; 20.0 MiB
      image      nginx:1.27 (abababababab), on green already
      network    that of the host, with the host's addresses
      tcp        established connections are kept
      source     web is removed from blue once it runs on green
      rounds     until one sends 64 dirty pages or fewer, the predicted downtime is
                 within 1.00 s, dirty pages grow by more than 10 %, three rounds bring
                 nothing, at the latest after 100 rounds

      note    fd 1 is a pipe [stdio-pipe]
      1 note
      "
    `);
  });
});

describe('the text of findings', () => {
  it('gives each its severity, code and remedy, within 80 columns', () => {
    const text = findingsText([
      {
        severity: 'error',
        code: 'criu-versions-differ',
        message: 'criu is 4.1.1 on blue and 4.2 on green; its page stream is not negotiated between versions',
        remedy: 'Install the same version of criu on both hosts.',
      },
      { severity: 'note', code: 'stdio-pipe', message: 'fd 1 is a pipe' },
    ]);
    expect(`\n${text}\n`).toMatchInlineSnapshot(`
      "
      error   criu is 4.1.1 on blue and 4.2 on green; its page stream is not
              negotiated between versions [criu-versions-differ]
              → Install the same version of criu on both hosts.
      note    fd 1 is a pipe [stdio-pipe]
      1 error, 1 note
      "
    `);
  });

  it('does nothing to a terminal, whatever a host said', () => {
    const text = findingsText([{ severity: 'error', code: 'x', message: 'a\u001b[2Jb\nc' }]);
    expect(text.split('\n')[0]).toBe('error   a [2Jb c [x]');
  });

  it('says so when there are none', () => {
    expect(findingsText([])).toBe('nothing stands in the way');
  });
});
