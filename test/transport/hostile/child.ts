import { corpusOf } from '../../criu-proto/corpus.ts';

const [, found = Number.NaN] = Object.keys(corpusOf('4.1.1').rounds['docker'] ?? {})
  .flatMap((name) => /^core-(\d+)\.img$/.exec(name)?.slice(1).map(Number) ?? [])
  .toSorted((one, other) => one - other);

/** The pid of the second process of the Docker container. It differs each time the corpus is made. */
export const child: number = found;
