import type { RunRecord } from '../model/run-record.ts';
import { attribution } from './charts/attribution.ts';
import { inMib, sizeAxis, timeAxis } from './charts/axes.ts';
import { boxes } from './charts/boxes.ts';
import { dirtyRate } from './charts/dirty-rate.ts';
import type { Figure } from './charts/figure.ts';
import { front } from './charts/front.ts';
import { latency } from './charts/latency.ts';
import { prediction } from './charts/prediction.ts';
import { roundBars } from './charts/rounds.ts';
import { overDirtyRate, overMemory, sweepCurve } from './charts/sweep.ts';
import { waterfall } from './charts/waterfall.ts';
import { draw } from './draw.ts';
import { escaped } from './html.ts';
import { type Inputs, type Migration, migrationOf } from './records/inputs.ts';
import { standstill, typical } from './records/runs.ts';
import { grouped } from './records/spread.ts';
import { style } from './style.ts';
import { failuresText, machineText, predictionTable, waysTable } from './tables.ts';

/** One page with everything in it: no script, and nothing that is fetched from elsewhere. */
export const page = (title: string, inputs: Inputs): string => {
  // What the others are compared with comes first; which way was run first is chance.
  const runs = inputs.runs
    .filter(({ outcome, repetition }) => outcome === 'ok' && repetition > 0)
    .toSorted((one, other) => Number(other.variant === 'precopy') - Number(one.variant === 'precopy'));
  const sections = [
    ...scenarios(runs, inputs.runs),
    ...inputs.migrations.map((migration) => section(nameOf(migration), '', details(migration))),
    ...together(runs, inputs.migrations),
    ...inputs.tunings.map((tuning) => section(`Thresholds for ${tuning.container}`, '', [front(tuning)])),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // Else a browser asks whoever serves the page for one.
    '<link rel="icon" href="data:,">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<h1>${escaped(title)}</h1>`,
    ...sections,
    '</body>',
    '</html>',
    '',
  ].join('\n');
};

type Drawn = readonly (Figure | undefined)[];

const section = (title: string, text: string, figures: Drawn): string =>
  [`<section><h2>${escaped(title)}</h2>`, text, ...figures.map(figureHtml), '</section>'].join('\n');

const figureHtml = (figure: Figure | undefined): string =>
  figure === undefined
    ? ''
    : [
        `<figure><h3>${escaped(figure.title)}</h3>`,
        draw(figure, 'wide'),
        draw(figure, 'narrow'),
        `<figcaption>${escaped(figure.caption)}</figcaption></figure>`,
      ].join('\n');

const nameOf = ({ container, from, to, outcome }: Migration): string =>
  `${container}: ${from} → ${to}, ${outcome}`;

const details = ({ measured, predicted, rounds, pageBytes }: Migration): Drawn => [
  measured === undefined ? undefined : waterfall(measured, predicted),
  roundBars(rounds, pageBytes),
  dirtyRate(rounds),
];

/** More would be a heap, and no page that a phone likes to load. */
const DETAILED = 3;

const scenarios = (runs: readonly RunRecord[], all: readonly RunRecord[]): readonly string[] => {
  const groups = grouped(runs, ({ scenario }) => scenario);
  // Many that were each run once are a collection, to be looked at together.
  const shown = groups.filter(([, made]) => made.length > 1 || groups.length <= DETAILED);
  const failed = all.filter(({ outcome }) => outcome === 'failed');
  const [here, elsewhere] = [true, false].map((known) =>
    failed.filter((run) => shown.some(([scenario]) => scenario === run.scenario) === known),
  );
  return [
    ...shown.flatMap(([scenario, made], index) => [
      section(
        scenario,
        machineText(made) + failuresText(here?.filter((run) => run.scenario === scenario)) + waysTable(made),
        compared(made),
      ),
      ...(index < DETAILED ? oneOf(scenario, made) : []),
    ]),
    ...(elsewhere?.length === 0 ? [] : [section('What failed', failuresText(elsewhere), [])]),
  ];
};

const compared = (runs: readonly RunRecord[]): Drawn => {
  const many = runs.length > 1;
  const caption = 'As a client saw it, or where none watched, as the tool itself says.';
  const time = { axis: timeAxis, unit: 'time', apart: true };
  return many
    ? [
        boxes(runs, { ...time, title: 'Without service', caption, of: standstill }),
        attribution(runs),
        boxes(runs, {
          ...time,
          title: 'From the command to its end',
          caption: '',
          of: ({ totalTime }) => totalTime,
        }),
        boxes(runs, {
          title: 'Sent between the hosts',
          caption: '',
          of: ({ bytesSent }) => (bytesSent === undefined ? undefined : inMib(bytesSent)),
          axis: sizeAxis,
          unit: 'memory and files',
          apart: false,
        }),
      ]
    : [attribution(runs)];
};

const oneOf = (scenario: string, runs: readonly RunRecord[]): readonly string[] => {
  const ours = runs.filter(({ variant }) => variant === 'precopy');
  const run = typical(ours.length > 0 ? ours : runs);
  if (run === undefined) return [];
  const migration = migrationOf(run.report);
  const middle = runs.length > 1 ? ', the one in the middle' : '';
  const title = `${scenario}: ${run.variant}, run ${run.repetition}${middle}`;
  return [
    section(title, '', [
      ...(migration === undefined ? [] : details(migration)),
      run.client === undefined ? undefined : latency(run.client),
    ]),
  ];
};

const together = (runs: readonly RunRecord[], migrations: readonly Migration[]): readonly string[] => {
  const named = [
    ...runs.flatMap(({ scenario, report }) => withName(scenario, migrationOf(report))),
    ...migrations.map((each): Named => [each.container, each]),
  ];
  const figures = [
    prediction(named.map(([, migration]) => migration)),
    sweepCurve(runs, overMemory),
    sweepCurve(runs, overDirtyRate),
  ];
  return figures.every((each) => each === undefined)
    ? []
    : [section('All runs together', '', figures) + predictionTable(named)];
};

type Named = readonly [string, Migration];

const withName = (name: string, migration: Migration | undefined): readonly Named[] =>
  migration === undefined ? [] : [[name, migration]];
