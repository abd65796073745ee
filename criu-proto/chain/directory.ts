/** What lies in a directory. Nothing is followed to say this. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** In bytes. */
  readonly size: number;
  /** Of a link: where it leads. */
  readonly target?: string;
  /** Changes whenever the file does; `undefined`: nothing is known of that. */
  readonly version?: string;
}

/**
 * A directory of images, wherever it is. Who implements it reads regular files of the directory itself only: no link is
 * followed, and what is no regular file is not opened for reading.
 */
export interface ImageDirectory {
  /** Names it in messages, and tells it from others of its chain. */
  readonly path: string;
  list(): Promise<readonly DirectoryEntry[]>;
  /** `length` bytes from `offset`; fewer only where the file ends. */
  read(name: string, offset: number, length: number): Promise<Uint8Array>;
  /** The directory at a path relative to this one; whether it is there shows when it is read. */
  at(relative: string): ImageDirectory;
}
