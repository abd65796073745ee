import type { DockerFacts, DockerPlan, MountFate, NetworkAttachment } from '../../model/docker.ts';
import { containerName, imageName, portNames } from '../../model/names.ts';
import type { Plan } from '../../model/plan.ts';
import { count, counted, size } from '../text/format.ts';
import { wrapped } from '../text/layout.ts';

/** What a plan says of a Docker container beyond any other, lines for between its files and its rounds. */
export const planDockerLines = (plan: Plan): readonly string[] => {
  const { container, docker: decided } = plan;
  const { docker } = container;
  if (docker === undefined || decided === undefined) return [];
  return [
    ...wrapped('image      ', imageText(docker, decided, plan.to)),
    ...listed('network    ', networkTexts(docker, decided)),
    ...listed('attached   ', docker.networking === 'networks' ? [attachmentTexts[decided.attach]] : []),
    ...listed('ports      ', portsText(docker)),
    ...listed('mounts     ', mountTexts(docker, decided)),
    ...wrapped('tcp        ', tcpTexts[decided.tcp]),
    ...wrapped('source     ', sourceText(plan, docker, decided)),
  ];
};

/** One thing a line, all in one column. */
const listed = (label: string, texts: readonly string[]): readonly string[] =>
  texts.flatMap((text, index) => wrapped(index === 0 ? label : ' '.repeat(label.length), text));

const imageText = ({ image }: DockerFacts, { shipImage, layersPresent }: DockerPlan, to: string): string => {
  const name = imageName(image);
  if (!shipImage) return `${name}, on ${to} already`;
  const layers = counted(image.layers.length, 'layer', 'layers');
  return `${name}, to be sent: ${count(layersPresent)} of its ${layers} are on ${to}`;
};

const networkTexts = (docker: DockerFacts, { createNetworks }: DockerPlan): readonly string[] => {
  switch (docker.networking) {
    case 'host':
      return ["that of the host, with the host's addresses"];
    case 'none':
      return ['none'];
    case 'another-container':
      return ['that of another container'];
    case 'networks':
      return docker.networks.map(({ name, driver, address }) => {
        const at = address === '' ? '' : `, ${address}`;
        return `${name} (${driver})${at}${createNetworks.includes(name) ? ', to be made' : ''}`;
      });
  }
};

const attachmentTexts: Readonly<Record<NetworkAttachment, string>> = {
  restore: 'by the restore, at the cut-over',
  parking: 'while the container still serves',
  'cut-over': 'at the cut-over, before the restore: other hosts share the network',
};

const portsText = ({ ports }: DockerFacts): readonly string[] =>
  ports.length === 0 ? [] : [portNames(ports).join(', ')];

const fateTexts: Readonly<Record<MountFate, string>> = {
  copy: 'copied',
  shared: 'reached from both hosts, not copied',
  leave: "the destination's is used",
};

const mountTexts = ({ mounts }: DockerFacts, decided: DockerPlan): readonly string[] =>
  decided.mounts.flatMap(({ name, fate }) => {
    const mount = mounts.find((each) => each.name === name);
    if (mount === undefined) return [];
    const mode = mount.writable ? '' : ', read-only';
    return [`${name} at ${mount.destination}${mode}: ${fateTexts[fate]}; ${size(mount.size)}`];
  });

const tcpTexts: Readonly<Record<DockerPlan['tcp'], string>> = {
  keep: 'established connections are kept',
  close: 'established connections are closed at the cut-over',
};

const sourceText = (
  { container, from, to }: Plan,
  { autoRemove }: DockerFacts,
  { removeSource }: DockerPlan,
): string => {
  const name = containerName(container);
  if (removeSource || autoRemove) return `${name} is removed from ${from} once it runs on ${to}`;
  return `${name} is kept on ${from}, stopped, under another name (${name}-moved-to-...), and never restarted`;
};
