export interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(cause: unknown): void;
}

export const deferred = (): Deferred => {
  let resolve = (): void => {};
  let reject = (_: unknown): void => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
};
