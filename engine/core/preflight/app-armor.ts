import type { ContainerFacts, HostFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import { containerName } from '../../model/names.ts';

/** The profile that Docker gives a container, and loads itself. */
const DOCKER_DEFAULT = 'docker-default';

/** Whether a container is confined on the destination as on the source. Docker's own part: `docker/preflight-security.ts`. */
export const assessAppArmor = (container: ContainerFacts, destination: HostFacts): Finding[] => {
  const { appArmorProfile: profile, docker } = container;
  const { name, appArmorProfiles: loaded } = destination;
  if (profile === undefined) return [];
  const confined = `container ${containerName(container)} is confined by the AppArmor profile ${profile}`;
  if (loaded === undefined) {
    return [
      {
        severity: 'error',
        code: 'apparmor-missing',
        message: `${confined}, and AppArmor is not active on ${name}`,
        remedy:
          `Install apparmor on ${name} and boot ${name} with it (cat /sys/module/apparmor/parameters/enabled says Y), ` +
          'or recreate the container without a profile.',
      },
    ];
  }
  if (loaded.includes(profile) || (docker !== undefined && profile === DOCKER_DEFAULT)) return [];
  return [
    {
      severity: 'error',
      code: 'apparmor-profile-missing',
      message: `${confined}, which is not loaded on ${name}`,
      remedy: `Copy the file with the profile from /etc/apparmor.d to ${name} and run there: apparmor_parser -r FILE.`,
    },
  ];
};
