/** Returns why a directory of another migration cannot be used. `records`: what `parts/taken.sh` printed. */
export const otherMigrationText = (container: string, host: string, records: string): string => {
  // Another user may have written these files, so no character that controls a terminal may pass.
  const valueFor = (key: string): string | undefined =>
    new RegExp(`^${key} ([\\w.:, @-]+)$`, 'm').exec(records)?.[1];
  const [migration, owner, age] = [valueFor('migration'), valueFor('owner'), Number(valueFor('age'))];
  if (migration === undefined || owner === undefined || !Number.isFinite(age)) {
    return `another migration of ${container} is under way on ${host}, or one was cut short (precopy status shows which, precopy recover clears it up)`;
  }
  const origin = `begun ${ago(age)} by ${owner}`;
  return /^live$/m.test(records)
    ? `another migration of ${container} is under way on ${host}: ${migration}, ${origin}`
    : `a migration of ${container} on ${host} was cut short: ${migration}, ${origin} (on the machine where it began: precopy recover ${migration})`;
};

const ago = (seconds: number): string => {
  if (seconds < 120) return `${Math.max(0, seconds)} s ago`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
};
