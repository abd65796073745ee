import { type Command, InvalidArgumentError, Option } from 'commander';
import { defaultDockerRequest } from '../../engine/core/docker/default-request.ts';
import type { DockerRequest, MountChoice, MountFate } from '../../engine/model/docker.ts';
import { withOptions } from './with-options.ts';

/** Options that are heeded for Docker containers. */
export interface DockerOptions {
  readonly volume?: readonly MountChoice[];
  readonly createNetworks?: true;
  readonly tcp: DockerRequest['tcp'];
  readonly removeSource?: true;
}

const FORM =
  "Give NAME=shared, NAME=copy or NAME=leave; NAME is a volume's name or the absolute path of a bind mount on the source.";

const fates: ReadonlyMap<string, MountFate> = new Map<string, MountFate>([
  ['shared', 'shared'],
  ['copy', 'copy'],
  ['leave', 'leave'],
]);

const isVolumeName = (name: string): boolean => /^[a-zA-Z0-9][\w.-]*$/.test(name);

const isPath = (name: string): boolean =>
  name.startsWith('/') && !/\p{Cc}/u.test(name) && !/\/\.{0,2}(?=\/)|\/\.\.?$/.test(name);

/** One `--volume`, added to those before it. The fate follows the last `=`, since a path may hold one. */
const addChoice = (text: string, before: readonly MountChoice[] = []): readonly MountChoice[] => {
  const end = text.lastIndexOf('=');
  const fate = end < 0 ? undefined : fates.get(text.slice(end + 1));
  const name = text.slice(0, Math.max(0, end)).replace(/(?<=.)\/$/, '');
  if (fate === undefined || !(isVolumeName(name) || isPath(name))) throw new InvalidArgumentError(FORM);
  const other = before.find((choice) => choice.name === name);
  if (other !== undefined && other.fate !== fate) {
    throw new InvalidArgumentError(`It was said to be '${other.fate}' before; say one of them.`);
  }
  return other === undefined ? [...before, { name, fate }] : before;
};

const dockerOptions = (): readonly Option[] => [
  new Option(
    '--volume <name=fate>',
    'Docker: what becomes of a volume or a bind mount (its path): shared (reached from both hosts), copy, ' +
      'or leave (use what the destination has); repeatable',
  ).argParser(addChoice),
  new Option('--create-networks', 'Docker: make networks on the destination that it does not have'),
  new Option(
    '--tcp <what>',
    'Docker: established TCP connections; auto keeps them where addresses move along',
  )
    .choices(['auto', 'keep', 'close'])
    .default(defaultDockerRequest.tcp),
  new Option(
    '--remove-source',
    "Docker: remove the source's container after the move, instead of keeping it",
  ),
];

export const withDockerOptions = (command: Command): Command => withOptions(command, dockerOptions());

export const dockerRequestFrom = (options: DockerOptions): DockerRequest => ({
  mounts: options.volume ?? defaultDockerRequest.mounts,
  createNetworks: options.createNetworks ?? defaultDockerRequest.createNetworks,
  tcp: options.tcp,
  removeSource: options.removeSource ?? defaultDockerRequest.removeSource,
});
