/** What the instrument itself needs, beside the figures it is asked for. */
import type { Floor } from '../harness/model.js';
import { formatCount, formatNumber, type ReportInput } from './data.js';
import { scrollTable } from './document.js';
import { type Html, html } from './html.js';

export function floor({ summary: { floor: measured, metering } }: ReportInput): Html {
  const cost =
    metering.perTrialUs === null || metering.share === null
      ? ''
      : ` Taking the readings of a trial takes the harness ${formatNumber(metering.perTrialUs / 1000)} ms; together with measuring the floor that is ${formatNumber(metering.share * 100)} % of the run.`;
  if (measured === null)
    return html`<section id="floor"><h2>How fine is the instrument itself?</h2>
<p class="missing">Its own floor was not measured in this run.${cost}</p></section>`;
  return html`<section id="floor"><h2>How fine is the instrument itself?</h2>
<p class="reading prose">Measured before the first trial, on the cores that the trials use. A latency near these figures is the instrument’s, not the transport’s: the bare TCP hop is the least that two Node processes need, the null transport is the whole pipeline without a network.${cost}</p>
${scrollTable('The instrument’s own floor', { head: ['what', 'p50', 'p90', 'p99', 'n'], rows: rows(measured) })}
<p class="note">One read of the clock takes ${formatNumber(measured.clockReadNs)} ns and steps by ${formatNumber(measured.clockStepNs)} ns; remembering one update takes ${formatNumber(measured.recordNs)} ns.</p></section>`;
}

function rows({ hop, nullTransport, nullSlip, timerLateness }: Floor): string[][] {
  const row = (what: string, quantiles: Floor['hop']): string[] =>
    quantiles === null
      ? [what, 'not measured', '', '', '']
      : [
          what,
          ...[quantiles.p50Us, quantiles.p90Us, quantiles.p99Us].map((us) => `${formatNumber(us)} µs`),
          formatCount(quantiles.count),
        ];
  return [
    row('bare TCP hop, one way', hop),
    row('null transport: published → received', nullTransport),
    row('null transport: intended → published (slip)', nullSlip),
    row('setTimeout, later than asked', timerLateness),
  ];
}
