import type { RecordedEvent } from '../../engine/model/event.ts';
import { renderLive } from '../../engine/observe/progress/live.ts';
import { initialLiveState, liveState } from '../../engine/observe/progress/live-state.ts';
import { plainLines } from '../../engine/observe/progress/plain.ts';
import { tellLine } from './write.ts';

/** Shows a migration as it goes: a block redrawn in place on a terminal, a line per event elsewhere. */
export const progress = (): ((event: RecordedEvent) => void) =>
  process.stderr.isTTY ? liveProgress() : plainProgress;

const plainProgress = (event: RecordedEvent): void => {
  const text = plainLines(event);
  if (text !== undefined) tellLine(text);
};

const liveProgress = (): ((event: RecordedEvent) => void) => {
  let state = initialLiveState;
  let drawn = 0;
  return (event) => {
    state = liveState(state, event);
    const lines = renderLive(state, process.stderr.columns || 80);
    // Up over what was drawn, then each line anew and the rest of the screen cleared.
    const up = drawn === 0 ? '' : `\u001b[${drawn}A`;
    process.stderr.write(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join('')}\u001b[J`);
    drawn = lines.length;
  };
};
