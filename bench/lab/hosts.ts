/** The two machines of a lab. */
export const hostNames = ['a', 'b'] as const;

export type HostName = (typeof hostNames)[number];

/** Where the hosts reach each other. These addresses exist only on the wire between the two. */
export const addresses: Readonly<Record<HostName, string>> = { a: '10.77.0.1', b: '10.77.0.2' };

/** Does the same for both hosts at once. Waits for both, so that nothing goes on behind a failure's back. */
export const onBoth = async <T>(action: (host: HostName) => Promise<T>): Promise<Record<HostName, T>> => {
  const [a, b] = await Promise.allSettled([action('a'), action('b')]);
  if (a.status === 'rejected') throw a.reason;
  if (b.status === 'rejected') throw b.reason;
  return { a: a.value, b: b.value };
};
