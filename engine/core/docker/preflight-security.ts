import type { DockerEngine } from '../../model/docker.ts';
import type { ContainerFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { DockerCase } from './case.ts';

/** What both daemons must do alike to confine the container. */
export const assessDockerSecurity = (
  docker: DockerCase,
  { appArmorProfile }: ContainerFacts,
  there: DockerEngine,
): Finding[] => [
  ...assessConfinement(docker, appArmorProfile, there),
  ...assessUserns(docker.docker.engine, docker.source.name),
  ...assessUserns(there, docker.destination.name),
];

const assessConfinement = (
  { docker: { name, unconfined }, source, destination }: DockerCase,
  profile: string | undefined,
  there: DockerEngine,
): Finding[] => {
  // An AppArmor that is not active has a finding of its own.
  if (profile !== undefined && !there.appArmor && destination.appArmorProfiles !== undefined) {
    return [
      {
        severity: 'error',
        code: 'apparmor-differs',
        message: `${name} is confined by the AppArmor profile ${profile}, and Docker on ${destination.name} confines no container`,
        remedy:
          `Restart Docker on ${destination.name} and see that docker info names apparmor there; ` +
          'if not, install the package apparmor there first.',
      },
    ];
  }
  if (profile === undefined && there.appArmor && !unconfined) {
    return [
      {
        severity: 'error',
        code: 'apparmor-differs',
        message: `${name} is confined by no AppArmor profile, and Docker on ${destination.name} would give it one`,
        remedy:
          `Recreate it on ${source.name} with --security-opt apparmor=unconfined, ` +
          `or with AppArmor active on ${source.name} too.`,
      },
    ];
  }
  return [];
};

/** The restore runs as that other user, who may not read criu's images. */
const assessUserns = ({ usernsRemap }: DockerEngine, host: string): Finding[] =>
  usernsRemap
    ? [
        {
          severity: 'error',
          code: 'userns-remap',
          message: `Docker on ${host} maps root in containers to another user (userns-remap), and criu cannot restore such a container`,
          remedy: `Remove "userns-remap" from daemon.json on ${host}, restart Docker and recreate the container, or choose another host.`,
        },
      ]
    : [];
