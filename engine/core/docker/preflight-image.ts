import type { Finding } from '../../model/finding.ts';
import { imageName, shortImageId } from '../../model/names.ts';
import { counted } from '../preflight/amounts.ts';
import type { DockerCase } from './case.ts';

/** The image the container was created from: it is told by its id, since a name may mean another one there. */
export const assessDockerImage = (docker: DockerCase): Finding[] => [
  ...assessPresence(docker),
  ...assessName(docker),
];

const assessPresence = ({ docker: { image }, place, destination }: DockerCase): Finding[] =>
  place.image === 'present'
    ? []
    : [
        {
          severity: 'note',
          code: 'image-absent',
          message:
            `image ${imageName(image)} is not on ${destination.name} and will be sent while the container runs; ` +
            `${place.layersPresent} of its ${counted(image.layers.length, 'layer', 'layers')} are there`,
        },
      ];

const assessName = ({ docker: { image }, place, destination }: DockerCase): Finding[] =>
  place.imageNamedAlike === undefined || place.imageNamedAlike === image.id
    ? []
    : [
        {
          severity: 'warning',
          code: 'image-name-other',
          message:
            `${image.name} on ${destination.name} is another image (${shortImageId(place.imageNamedAlike)}, not ` +
            `${shortImageId(image.id)}): the container will be created from its own, by id`,
          remedy: `Mind that whoever recreates the container by that name on ${destination.name} gets the other image.`,
        },
      ];
