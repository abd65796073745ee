import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { InvalidInput, messageOf } from '../../engine/model/errors.ts';
import {
  type ChangeRequest,
  LEAST_BANDWIDTH,
  MOST_BANDWIDTH,
  type PolicyChange,
} from '../../engine/model/policy.ts';
import { bytes, millis, pages } from '../../engine/model/units.ts';
import { jsonOf } from '../door/json.ts';
import { journalPath } from './place.ts';

const LONGEST = 4096;

const bandwidth = z.number().min(LEAST_BANDWIDTH).max(MOST_BANDWIDTH).transform(bytes).nullable();
const downtime = z.number().positive().transform(millis).nullable();

const change: z.ZodType<PolicyChange> = z.strictObject({
  maxRounds: z.exactOptional(z.int().positive()),
  minDirtyPages: z.exactOptional(z.int().nonnegative().transform(pages)),
  maxGrowth: z.exactOptional(z.number().nonnegative()),
  maxDowntime: z.exactOptional(downtime),
  maxBandwidth: z.exactOptional(bandwidth),
  maxBandwidthFrozen: z.exactOptional(bandwidth),
});

const changeRequest: z.ZodType<ChangeRequest> = z.strictObject({
  request: z.string().regex(/^[0-9a-f]{16}$/),
  change,
});

/** Beside the journal, in a directory that is its user's alone. */
const changePath = (directory: string, migration: string): string =>
  `${journalPath(directory, migration)}.change`;

/** Leaves a change for the process that carries a migration out, and returns the name under which the journal answers. */
export const leaveChange = async (
  directory: string,
  migration: string,
  change: PolicyChange,
): Promise<string> => {
  const request = randomBytes(8).toString('hex');
  const path = changePath(directory, migration);
  const whole = `${path}.${request}`;
  await writeFile(whole, JSON.stringify({ request, change }), { flag: 'wx', mode: 0o600 });
  await rename(whole, path);
  return request;
};

/** Takes the change that was left, if one was. Rejects with `InvalidInput` for what is none; that is taken away too. */
export const takeChange = async (
  directory: string,
  migration: string,
): Promise<ChangeRequest | undefined> => {
  const path = changePath(directory, migration);
  // Whatever lies there now is ours alone once it has another name.
  const taken = `${path}.taken`;
  try {
    await rename(path, taken);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return parsed(await text(taken));
  } finally {
    await rm(taken, { force: true, recursive: true });
  }
};

const text = async (path: string): Promise<string> => {
  // Not through a link, and not waiting for a writer of a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => {
      throw new InvalidInput('it is no file that can be read');
    },
  );
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.uid !== process.getuid?.() || stat.size > LONGEST)
      throw new InvalidInput('it is no file of this user, or too long');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
};

const parsed = (content: string): ChangeRequest => {
  const { success, data, error } = changeRequest.safeParse(jsonOf(content));
  if (success) return data;
  const [issue] = error.issues;
  throw new InvalidInput(`it is no change of limits: ${issue?.path.join('.')} ${issue?.message}`);
};

/** Milliseconds; a change is to be obeyed within two seconds. */
const LOOK_EVERY = 250;

interface Watched {
  readonly directory: string;
  readonly migration: string;
  readonly onChange: (request: ChangeRequest) => void;
  readonly onTrouble: (why: string) => void;
}

/** Looks for changes until the function it returns is called. Looking reaches everywhere that watching does, and beyond. */
export const watchChanges = ({ directory, migration, onChange, onTrouble }: Watched): (() => void) => {
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      const request = await takeChange(directory, migration);
      if (request !== undefined) onChange(request);
    } catch (cause) {
      onTrouble(messageOf(cause));
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY);
  return () => clearInterval(timer);
};
