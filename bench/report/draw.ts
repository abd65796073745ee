import { BarChart, BoxplotChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Figure, Width } from './charts/figure.ts';
import { escaped } from './html.ts';

use([BarChart, BoxplotChart, LineChart, ScatterChart]);
use([GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, SVGRenderer]);

/** In pixels; a narrow page is a phone's, less its margins. */
const widths = { wide: 720, narrow: 340 } as const satisfies Record<Width, number>;

/** A figure as SVG, without any script: what it shows is all there is to it, on paper too. */
export const draw = ({ title, height, option }: Figure, width: Width): string => {
  const chart = init(undefined, undefined, { renderer: 'svg', ssr: true, width: widths[width], height });
  try {
    const text = { fontFamily: 'sans-serif', fontSize: 12 };
    chart.setOption({ animation: false, textStyle: text, ...option(width) });
    const label = ` class="${width}" role="img" aria-label="${escaped(title)}"`;
    // It says its size twice, of which the page decides one, and a lot about pointers that nothing follows.
    return chart
      .renderToSVGString()
      .replaceAll(/ (pointer-events="visible"|class="zr[\w-]+")/g, '')
      .replace(/^<svg width="\d+" height="\d+"/, `<svg${label}`);
  } finally {
    chart.dispose();
  }
};
