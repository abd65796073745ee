/**
 * Bounds on what an image may ask of its reader. Real images stay far below: what lies beyond is damage or malice, and is
 * refused before anything is allocated for it.
 */
export interface Limits {
  /** Bytes of one message. The largest lists the mappings of a process: 65,530 of them are 6 MiB. */
  readonly message: number;
  /** Fields and elements of lists that are held at once; each costs up to 100 bytes of memory. */
  readonly values: number;
  /** Messages within messages. Only folders of cgroups nest as they like. */
  readonly depth: number;
  /** Bytes of one image that is held as a whole, the pages of a process never being. */
  readonly image: number;
  /** Directories in a chain of rounds. */
  readonly rounds: number;
}

export const limits: Limits = {
  message: 16 * 1024 * 1024,
  values: 8_000_000,
  depth: 64,
  image: 256 * 1024 * 1024,
  rounds: 256,
};
