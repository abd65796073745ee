/** One member of an archive, in ways that no tar would make it. */
export interface Member {
  readonly name: string;
  /** 0 a file, 1 a hard link, 2 a symbolic link, 3 and 4 devices, 5 a directory, 6 a fifo. */
  readonly type?: '0' | '1' | '2' | '3' | '4' | '5' | '6';
  readonly target?: string;
  readonly content?: string;
  readonly mode?: number;
  readonly owner?: number;
}

const BLOCK = 512;

const field = (header: Buffer, text: string, at: number): void => {
  header.write(text, at, 'latin1');
};

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;

const memberBytes = ({
  name,
  type = '0',
  target = '',
  content = '',
  mode = 0o644,
  owner = 0,
}: Member): Buffer => {
  const header = Buffer.alloc(BLOCK);
  field(header, name, 0);
  field(header, octal(mode, 7), 100);
  field(header, octal(owner, 7), 108);
  field(header, octal(owner, 7), 116);
  field(header, octal(content.length, 11), 124);
  field(header, octal(0, 11), 136);
  field(header, ' '.repeat(8), 148);
  field(header, type, 156);
  field(header, target, 157);
  field(header, 'ustar\u000000', 257);
  // The major and minor number of a device: those of the first disk.
  field(header, octal(8, 7), 329);
  field(header, octal(0, 7), 337);
  const sum = header.reduce((all, byte) => all + byte, 0);
  field(header, `${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padded = Buffer.alloc(Math.ceil(content.length / BLOCK) * BLOCK);
  padded.write(content, 'latin1');
  return Buffer.concat([header, padded]);
};

/** Returns an archive in the format of tar. */
export const archive = (members: readonly Member[]): Buffer =>
  Buffer.concat([...members.map(memberBytes), Buffer.alloc(2 * BLOCK)]);
