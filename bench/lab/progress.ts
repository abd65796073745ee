/** Told what is being done, a line at a time, while slow things happen. */
export type Progress = (line: string) => void;
