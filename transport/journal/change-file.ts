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
import { journalPath } from './journal-path.ts';

/** Bytes of the longest change file. */
const MAX_SIZE = 4096;

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

/** The change file is beside the journal, in a directory that only its user can access. */
const changePath = (directory: string, migration: string): string =>
  `${journalPath(directory, migration)}.change`;

/** Writes a change request for the controller. Returns the id that the journal's answer names. */
export const writeChangeRequest = async (
  directory: string,
  migration: string,
  change: PolicyChange,
): Promise<string> => {
  const request = randomBytes(8).toString('hex');
  const path = changePath(directory, migration);
  const temporaryPath = `${path}.${request}`;
  await writeFile(temporaryPath, JSON.stringify({ request, change }), { flag: 'wx', mode: 0o600 });
  await rename(temporaryPath, path);
  return request;
};

/** Reads and removes the change request, if any. Rejects with `InvalidInput` for an invalid one. */
export const claimChangeRequest = async (
  directory: string,
  migration: string,
): Promise<ChangeRequest | undefined> => {
  const path = changePath(directory, migration);
  // After the rename no other process can write to the file or claim it.
  const claimed = `${path}.taken`;
  try {
    await rename(path, claimed);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return parseRequest(await readOwnFile(claimed));
  } finally {
    await rm(claimed, { force: true, recursive: true });
  }
};

const readOwnFile = async (path: string): Promise<string> => {
  // The flags prevent following a link, and waiting for the writer of a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => {
      throw new InvalidInput('the change file cannot be opened, or is a link');
    },
  );
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.uid !== process.getuid?.() || stat.size > MAX_SIZE)
      throw new InvalidInput(
        `the change file is not a regular file of this user, or longer than ${MAX_SIZE} bytes`,
      );
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
};

const parseRequest = (content: string): ChangeRequest => {
  const { success, data, error } = changeRequest.safeParse(jsonOf(content));
  if (success) return data;
  const [issue] = error.issues;
  throw new InvalidInput(
    `the change file has no valid change of limits: ${issue?.path.join('.')} ${issue?.message}`,
  );
};

/** Milliseconds. A change takes effect within two seconds. */
const POLL_INTERVAL = 250;

interface Watched {
  readonly directory: string;
  readonly migration: string;
  readonly onChange: (request: ChangeRequest) => void;
  readonly onError: (why: string) => void;
}

/** Polls for change requests, which works on every file system. Returns a function that stops it. */
export const watchChanges = ({ directory, migration, onChange, onError }: Watched): (() => void) => {
  let isPolling = false;
  const poll = async (): Promise<void> => {
    if (isPolling) return;
    isPolling = true;
    try {
      const request = await claimChangeRequest(directory, migration);
      if (request !== undefined) onChange(request);
    } catch (cause) {
      onError(messageOf(cause));
    } finally {
      isPolling = false;
    }
  };
  const timer = setInterval(() => void poll(), POLL_INTERVAL);
  return () => clearInterval(timer);
};
