import type { RecordedEvent } from '../../engine/model/event.ts';
import { renderLive } from '../../engine/observe/progress/live.ts';
import { initialLiveState, liveState } from '../../engine/observe/progress/live-state.ts';
import { plainLines } from '../../engine/observe/progress/plain.ts';
import { logLine } from './write.ts';

/** Returns a function that shows events: a block redrawn in place on a terminal, else a line for each. */
export const progressPrinter = (): ((event: RecordedEvent) => void) =>
  process.stderr.isTTY ? livePrinter() : printPlain;

const printPlain = (event: RecordedEvent): void => {
  const text = plainLines(event);
  if (text !== undefined) logLine(text);
};

const livePrinter = (): ((event: RecordedEvent) => void) => {
  let state = initialLiveState;
  let drawn = 0;
  return (event) => {
    state = liveState(state, event);
    const lines = renderLive(state, process.stderr.columns || 80);
    // Moves up to the first line of the block, writes each line again, and clears the rest of the screen.
    const moveUp = drawn === 0 ? '' : `\u001b[${drawn}A`;
    process.stderr.write(`${moveUp}${lines.map((line) => `\u001b[2K${line}\n`).join('')}\u001b[J`);
    drawn = lines.length;
  };
};
