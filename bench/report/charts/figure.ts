import type { EChartsCoreOption } from 'echarts/core';

/** A chart with the words that go with it. */
export interface Figure {
  readonly title: string;
  /** What to see in it; also told to those who cannot see it. */
  readonly caption: string;
  readonly height: number;
  /** Drawn once for wide and once for narrow pages. */
  option(width: Width): EChartsCoreOption;
}

export type Width = 'wide' | 'narrow';
