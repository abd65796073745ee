/** Why a directory that another migration has cannot be ours, from what parts/taken.sh tells of that one. */
export const takenText = (container: string, host: string, told: string): string => {
  // Whoever wrote it there: nothing that a terminal would obey.
  const valueFor = (key: string): string | undefined =>
    new RegExp(`^${key} ([\\w.:, @-]+)$`, 'm').exec(told)?.[1];
  const [migration, owner, age] = [valueFor('migration'), valueFor('owner'), Number(valueFor('age'))];
  if (migration === undefined || owner === undefined || !Number.isFinite(age)) {
    return `another migration of ${container} is under way on ${host}, or one was cut short (precopy status tells, precopy recover clears it up)`;
  }
  const whose = `begun ${ago(age)} by ${owner}`;
  return /^live$/m.test(told)
    ? `another migration of ${container} is under way on ${host}: ${migration}, ${whose}`
    : `a migration of ${container} on ${host} was cut short: ${migration}, ${whose} (there: precopy recover ${migration})`;
};

const ago = (seconds: number): string => {
  if (seconds < 120) return `${Math.max(0, seconds)} s ago`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
};
