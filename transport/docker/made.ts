import { z } from 'zod';
import { CommandFailed, InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { jsonOf } from '../door/json.ts';
import type { DockerApi } from './docker-api.ts';
import { identityOf, inspectImages } from './image-identity.ts';

/** Something a migration makes in Docker, or beside it, on the destination. */
export interface Made {
  /** `image` is named by a tag or an id; `image-content` by an image's identity, since its id there is not known before it came. */
  readonly kind: 'container' | 'network' | 'volume' | 'image' | 'image-content' | 'directory';
  readonly name: string;
}

const Made: z.ZodType<Made> = z.object({
  kind: z.enum(['container', 'network', 'volume', 'image', 'image-content', 'directory']),
  name: z.string(),
});

const append = 'printf "%s\\n" "$2" >>"$1/made-docker"';

/**
 * Notes what is about to be made, once it was seen that it is not there: what is noted may be removed by whoever cleans up,
 * whether or not it was made in the end.
 */
export const note = async (host: Host, directory: string, made: Made): Promise<void> => {
  await host.run({ argv: ['sh', '-c', append, 'sh', directory, JSON.stringify(made)] });
};

/** Removes all that was noted, last first. Idempotent; what is not there is no error, and one error does not stop the rest. */
export const removeMade = async (host: Host, docker: DockerApi, directory: string): Promise<void> => {
  const { exitCode, stdout } = await host.probe({ argv: ['cat', '--', `${directory}/made-docker`] });
  if (exitCode !== 0) return;
  const errors: unknown[] = [];
  // The end of a line that was cut short notes nothing: it was not made yet.
  for (const line of stdout.split('\n').slice(0, -1).reverse()) {
    await parse(host, line)
      .then((made) => remove(host, docker, made))
      .catch((cause: unknown) => errors.push(cause));
  }
  if (errors.length > 0) throw errors[0];
};

const parse = async (host: Host, line: string): Promise<Made> => {
  const made = Made.safeParse(jsonOf(line));
  if (made.success) return made.data;
  throw new InvalidInput(`made-docker on ${host.name} is not what precopy wrote: ${line}`);
};

const paths: Readonly<
  Record<Exclude<Made['kind'], 'image-content' | 'directory'>, (name: string) => string>
> = {
  container: (name) => `/containers/${name}?force=true`,
  network: (name) => `/networks/${name}`,
  volume: (name) => `/volumes/${name}`,
  image: (name) => `/images/${name}`,
};

const remove = async (host: Host, docker: DockerApi, { kind, name }: Made): Promise<void> => {
  if (kind === 'directory') {
    await host.run({ argv: ['rm', '-rf', '--one-file-system', '--', name] });
    return;
  }
  if (kind === 'image-content') {
    for (const image of await inspectImages(docker)) {
      if (identityOf(image) === name) await remove(host, docker, { kind: 'image', name: image.Id });
    }
    return;
  }
  try {
    await docker.send('DELETE', paths[kind](encodeURIComponent(name)));
  } catch (cause) {
    const status = cause instanceof CommandFailed ? cause.exitCode : undefined;
    // An image that somebody else uses by now is no longer ours to remove.
    if (status !== 404 && !(kind === 'image' && status === 409)) throw cause;
  }
};
