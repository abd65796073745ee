import { z } from 'zod';
import { CommandFailed, InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { jsonOf } from '../door/json.ts';
import type { DockerApi } from './docker-api.ts';
import { identityOf, inspectImages } from './image-identity.ts';

/** An object that a migration makes on the destination, in Docker or beside it. */
export interface MadeObject {
  /**
   * `name` of an `image` is a tag or an id. For `image-content` it is the image's identity: the id is unknown
   * before arrival.
   */
  readonly kind: 'container' | 'network' | 'volume' | 'image' | 'image-content' | 'directory';
  readonly name: string;
}

const MadeObject: z.ZodType<MadeObject> = z.object({
  kind: z.enum(['container', 'network', 'volume', 'image', 'image-content', 'directory']),
  name: z.string(),
});

const append = 'printf "%s\\n" "$2" >>"$1/made-docker"';

/**
 * Notes an object just before it is made. The caller has checked that the object does not exist: the clean-up
 * removes every noted object, whether or not this migration made it in the end.
 */
export const noteMadeObject = async (host: Host, directory: string, made: MadeObject): Promise<void> => {
  await host.run({ argv: ['sh', '-c', append, 'sh', directory, JSON.stringify(made)] });
};

/** Removes all noted objects, the last first. Idempotent. An error does not stop the rest. */
export const removeMadeObjects = async (host: Host, docker: DockerApi, directory: string): Promise<void> => {
  const { exitCode, stdout } = await host.probe({ argv: ['cat', '--', `${directory}/made-docker`] });
  if (exitCode !== 0) return;
  const errors: unknown[] = [];
  // A line without an end was cut short, so its object was not made yet.
  for (const line of stdout.split('\n').slice(0, -1).reverse()) {
    await parse(host, line)
      .then((made) => remove(host, docker, made))
      .catch((cause: unknown) => errors.push(cause));
  }
  if (errors.length > 0) throw errors[0];
};

const parse = async (host: Host, line: string): Promise<MadeObject> => {
  const made = MadeObject.safeParse(jsonOf(line));
  if (made.success) return made.data;
  throw new InvalidInput(
    `the note made-docker on ${host.name} has a line that precopy does not write: ${line}`,
  );
};

const paths: Readonly<
  Record<Exclude<MadeObject['kind'], 'image-content' | 'directory'>, (name: string) => string>
> = {
  container: (name) => `/containers/${name}?force=true`,
  network: (name) => `/networks/${name}`,
  volume: (name) => `/volumes/${name}`,
  image: (name) => `/images/${name}`,
};

const remove = async (host: Host, docker: DockerApi, { kind, name }: MadeObject): Promise<void> => {
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
    // 409: another container uses the image by now, so the image stays.
    if (status !== 404 && !(kind === 'image' && status === 409)) throw cause;
  }
};
