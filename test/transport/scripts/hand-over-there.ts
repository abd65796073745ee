import { writeFile } from 'node:fs/promises';
import { scriptArgv, scriptText } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { makeProgram, type StartedScript, startCommand, temporaryDirectory } from './start-script.ts';

/** A migration's directory on the destination, with nobody there but who plays them. */
export interface There {
  readonly directory: string;
  /** What the restore, played by the test, tells the source. */
  say(word: 'prepared' | 'resumed' | 'failed'): Promise<void>;
}

export const handOverThere = async (): Promise<There> => {
  const directory = `${await temporaryDirectory()}/migration`;
  await localHost().run({ argv: scriptArgv('make-destination-directory', directory, 'm1') });
  await makeProgram(`${directory}/hand-over.sh`, scriptText('hand-over'));
  await writeFile(`${directory}/gate.sh`, scriptText('gate'));
  // Somebody has looked at the images.
  await writeFile(`${directory}/verified`, '');
  await writeFile(`${directory}/keeper`, `${process.pid}\n`);
  return { directory, say: (word) => writeFile(`${directory}/peer`, `${word}\n`) };
};

/** Prints every verdict as it comes, as whoever waits for one would read it. */
export const readVerdicts = (directory: string): Promise<StartedScript> =>
  startCommand([
    'bash',
    '-c',
    'exec 4<>"$0/verdict"; echo reading; while read -r -u 4 word; do echo "$word"; done',
    directory,
  ]);
