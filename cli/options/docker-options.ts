import { type Command, InvalidArgumentError, Option } from 'commander';
import { defaultDockerRequest } from '../../engine/core/docker/default-request.ts';
import type { DockerRequest, MountChoice, MountFate } from '../../engine/model/docker.ts';
import { withOptions } from './with-options.ts';

/** Options for Docker containers; others ignore them. */
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

/** Adds one `--volume` to those before it. The fate follows the last `=`, because a path may have a `=`. */
const addChoice = (text: string, before: readonly MountChoice[] = []): readonly MountChoice[] => {
  const end = text.lastIndexOf('=');
  const fate = end < 0 ? undefined : fates.get(text.slice(end + 1));
  const name = text.slice(0, Math.max(0, end)).replace(/(?<=.)\/$/, '');
  if (fate === undefined || !(isVolumeName(name) || isPath(name))) throw new InvalidArgumentError(FORM);
  const other = before.find((choice) => choice.name === name);
  if (other !== undefined && other.fate !== fate) {
    throw new InvalidArgumentError(
      `An earlier option gives it the fate '${other.fate}'; give only one fate.`,
    );
  }
  return other === undefined ? [...before, { name, fate }] : before;
};

const dockerOptions = (): readonly Option[] => [
  new Option(
    '--volume <name=fate>',
    'Docker: the fate of a volume or a bind mount (its path): shared (reachable from both hosts), copy, ' +
      'or leave (use what the destination has); repeatable',
  ).argParser(addChoice),
  new Option('--create-networks', 'Docker: create networks that the destination lacks'),
  new Option(
    '--tcp <what>',
    'Docker: keep or close established TCP connections; auto keeps them when the addresses move along',
  )
    .choices(['auto', 'keep', 'close'])
    .default(defaultDockerRequest.tcp),
  new Option(
    '--remove-source',
    "Docker: remove the source's container after the migration, instead of keeping it",
  ),
];

export const withDockerOptions = (command: Command): Command => withOptions(command, dockerOptions());

export const dockerRequestFrom = (options: DockerOptions): DockerRequest => ({
  mounts: options.volume ?? defaultDockerRequest.mounts,
  createNetworks: options.createNetworks ?? defaultDockerRequest.createNetworks,
  tcp: options.tcp,
  removeSource: options.removeSource ?? defaultDockerRequest.removeSource,
});
