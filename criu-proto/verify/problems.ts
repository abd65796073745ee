import { DecodeError } from '../protobuf/errors.ts';

/** What is wrong with a checkpoint, for those who sort problems. */
export type ProblemCode =
  /** A file's bytes are not what the format says. */
  | 'undecodable'
  /** A name no criu gives, a link that is not `parent`, a device. */
  | 'foreign'
  /** The chain of parents is broken. */
  | 'chain'
  /** Something is referred to and is not there. */
  | 'missing'
  /** A form that nobody here has read before. */
  | 'version'
  /** Pages out of order, out of place, or nowhere. */
  | 'pages'
  /** What no dump says: a tree that is none, a path that leads upwards, two of what there is one of. */
  | 'forged'
  /** It would reach what the container does not. */
  | 'escape';

export interface Problem {
  readonly code: ProblemCode;
  /** With the round before it where that is not the newest, as in `../2/pagemap-1.img`. */
  readonly file: string;
  /** In bytes, where one place is at fault. */
  readonly offset?: number;
  readonly problem: string;
}

/** Damage goes on and on, and the first problems tell enough. */
export const MOST_PROBLEMS = 200;

export interface Problems {
  readonly list: readonly Problem[];
  add(code: ProblemCode, file: string, problem: string | undefined): void;
  /** Adds a `DecodeError`, with where it is. Anything else is thrown on. */
  addError(file: string, error: unknown): void;
}

export const collectProblems = (): Problems => {
  const list: Problem[] = [];
  const push = (problem: Problem): void => {
    if (list.length < MOST_PROBLEMS) list.push(problem);
  };
  return {
    list,
    add(code, file, problem): void {
      if (problem !== undefined) push({ code, file, problem });
    },
    addError(file, error): void {
      if (!(error instanceof DecodeError)) throw error;
      push({ code: 'undecodable', file, offset: error.offset, problem: error.problem });
    },
  };
};
