/** Wide charts where there is room and on paper, narrow ones on a phone. */
export const style: string = `
body { font: 16px/1.45 system-ui, sans-serif; color: #22262e; background: #fff; margin: 0 auto; padding: 16px; max-width: 752px; }
h1 { font-size: 1.6em; margin: 0.4em 0; }
h2 { font-size: 1.25em; margin: 1.6em 0 0.4em; border-top: 1px solid #d8dee9; padding-top: 0.8em; overflow-wrap: anywhere; }
h3 { font-size: 1em; margin: 0 0 0.4em; }
figure { margin: 1.2em 0; break-inside: avoid; }
figcaption, .quiet, small { color: #5b6370; font-size: 0.85em; }
.bad { color: #b02020; overflow-wrap: anywhere; }
svg { max-width: 100%; height: auto; }
svg.narrow { display: none; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 4px 6px; border-bottom: 1px solid #e6e9ef; vertical-align: top; font-weight: normal; }
th:first-child { text-align: left; }
thead th { color: #5b6370; font-size: 0.85em; }
td small { display: block; white-space: nowrap; }
@media screen and (max-width: 620px) {
  body { padding: 10px; }
  svg.wide { display: none; }
  svg.narrow { display: block; width: 100%; }
  table { font-size: 0.85em; }
  th, td { padding: 3px; }
  td small { white-space: normal; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  section { break-inside: auto; }
}
`;
