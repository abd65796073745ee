import type { ContainerFacts, HostFacts, PlaceFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';

/** What the destination has, or lacks, for this very container. */
export const assessPlace = (
  place: PlaceFacts,
  container: ContainerFacts,
  destination: HostFacts,
): Finding[] => [
  ...assessReachable(place, destination),
  ...assessId(place, container, destination),
  ...assessBundle(place, container, destination),
  ...assessLower(place, destination),
  ...place.missingPaths.map((path) => missingPath(path, container, destination)),
];

const assessReachable = ({ reachable }: PlaceFacts, { name }: HostFacts): Finding[] =>
  reachable.ok
    ? []
    : [
        {
          severity: 'error',
          code: 'destination-unreachable',
          message: `the source cannot reach ${name}: ${reachable.detail}`,
          remedy: `Give an address of ${name} that the source can reach, and let it through the firewall.`,
        },
      ];

const assessId = ({ idTaken }: PlaceFacts, { id }: ContainerFacts, { name }: HostFacts): Finding[] =>
  idTaken
    ? [
        {
          severity: 'error',
          code: 'id-taken',
          message: `a container ${id} exists on ${name} already`,
          remedy: `Delete or rename the container ${id} on ${name}.`,
        },
      ]
    : [];

const assessBundle = (place: PlaceFacts, { bundle }: ContainerFacts, { name }: HostFacts): Finding[] => {
  switch (place.bundle) {
    case 'absent':
      return [];
    case 'left-behind':
      return [
        {
          severity: 'note',
          code: 'bundle-left-behind',
          message: `${bundle} on ${name} was left by an earlier migration of this container and will be used again`,
        },
      ];
    case 'foreign':
      return [
        {
          severity: 'error',
          code: 'bundle-foreign',
          message: `${bundle} exists on ${name} and is not of this container`,
          remedy: `Move ${bundle} on ${name} out of the way.`,
        },
      ];
  }
};

const assessLower = ({ missingLower, differentLower }: PlaceFacts, { name }: HostFacts): Finding[] => [
  ...missingLower.map(
    (path): Finding => ({
      severity: 'note',
      code: 'lower-missing',
      message: `lower directory ${path} is missing on ${name} and will be copied`,
    }),
  ),
  ...differentLower.map(
    (path): Finding => ({
      severity: 'error',
      code: 'lower-different',
      message: `lower directory ${path} on ${name} differs from the source's`,
      remedy: `Bring ${path} on ${name} to the source's state, or remove it there so that it is copied.`,
    }),
  ),
];

const missingPath = (path: string, container: ContainerFacts, { name }: HostFacts): Finding => {
  const namespace = container.joinedNamespaces.find((joined) => joined.path === path);
  if (namespace !== undefined) {
    return {
      severity: 'error',
      code: 'namespace-missing',
      message: `the ${namespace.type} namespace ${path}, which the container joins, is missing on ${name}`,
      remedy: `Make the ${namespace.type} namespace ${path} on ${name}.`,
    };
  }
  const mount = container.bindMounts.find(({ source }) => source === path);
  const use = mount === undefined ? '' : `, mounted at ${mount.destination} in the container,`;
  return {
    severity: 'error',
    code: 'bind-source-missing',
    message: `${path}${use} is missing on ${name}`,
    remedy: `Provide ${path} on ${name}, with the content that the container needs.`,
  };
};
