import {
  formatCount,
  formatDuration,
  formatEnergy,
  formatEstimate,
  formatModelled,
  formatShare,
  hasFewFollowed,
  inJoules,
} from '../shared/figures.ts';
import { measuredModel, type MeasuredModel } from '../shared/laboratory/stop-rules.ts';
import type { Avoided, Cost, Estimate, Stats } from '../shared/stats.ts';
import { knownOf, type Known } from './estimates.ts';
import { html, type Html } from './html.ts';
import { intervalPlot, scaleOf, stackedBar, type Scale } from './plots.ts';
import { stackingTable, type Cell } from './stacking-table.ts';

type Baseline = Avoided['baseline'];

const NO_STOPPING: Baseline = 'no early stopping';
const FIRST_NEWLINE: Baseline = 'first newline';

/** What the panel is named after: what was spent, what that saved by baseline, and what measuring it cost. */
export function savingsSection(stats: Stats, model: string): Html {
  const rows = measuresOf(stats);
  return html`<section class="card wide" aria-labelledby="savings">
    <h2 id="savings">Spent and saved</h2>
    <div class="headline">
      ${keystrokesFigure(stats)} ${spentFigure(stats)}
      ${savedFigure(stats, NO_STOPPING, 'no early stopping')}
      ${savedFigure(stats, FIRST_NEWLINE, 'first newline, the best other rule')}
    </div>
    ${wholeBar(stats)} ${rows.length > 0 ? table(rows) : ''}
    <p class="note">${measuringText(stats)} ${powerText(stats.cost)}</p>
    ${isThin(stats) ? laboratoryNote(model) : ''}
  </section>`;
}

function spentFigure({ tokens, cost }: Stats): Html {
  const more = [
    ...(cost && cost.requests > 0 ? [`${formatDuration(cost.engineMs)} of the engine`] : []),
    ...(cost && cost.energy.length > 0 ? [energyText(cost)] : []),
  ];
  return html`<div class="figure">
    <span class="big">${formatCount(tokens.spent)}</span
    ><span><span class="swatch spent"></span>tokens spent</span
    ><span class="quiet">${more.join(' · ')}</span>
  </div>`;
}

function energyText({ energy }: Cost): string {
  const joules = energy.reduce((sum, each) => sum + each.joules, 0);
  return `${formatEnergy(joules)} ${howKnown(energy)}`;
}

function howKnown(energy: Cost['energy']): string {
  const ways = new Set(energy.map(({ how }) => how));
  return ways.size > 1 ? 'in part estimated' : ([...ways][0] ?? '');
}

function savedFigure(stats: Stats, baseline: Baseline, against: string): Html {
  const tokens = netOf(stats, baseline, 'tokens');
  const known = tokens && knownOf(tokens);
  if (!known) {
    return html`<div class="figure">
      <span class="big missing">nothing yet</span><span>tokens saved against ${against}</span
      ><span class="quiet">no request was stopped yet</span>
    </div>`;
  }
  const isFew = isSampleSmall(tokens);
  const share = isFew ? undefined : shareOf(known, stats.tokens.spent);
  const isMain = baseline === NO_STOPPING;
  return html`<div class="figure">
    <span class="big ${known.low > 0 && !isFew ? 'gain' : ''}"
      >${isFew ? formatCount(known.value) : (formatEstimate(tokens) ?? '')}</span
    ><span
      >${isMain ? html`<span class="swatch avoided"></span>` : ''}tokens saved against
      ${against}</span
    ><span class="quiet"
      >${share === undefined ? '' : `${formatShare(share)} of what would have been spent · `}${isFew ? fewText(known) : `${intervalText(tokens, known, formatCount)}${verdict(known)}`}</span
    >
  </div>`;
}

function keystrokesFigure({ typing }: Stats): Html {
  const { acceptedChars, accepts } = typing;
  return html`<div class="figure">
    <span class="big">${formatCount(acceptedChars - accepts)}</span><span>keystrokes saved</span
    ><span class="quiet">${acceptedText(typing)}</span>
  </div>`;
}

function acceptedText({ acceptedChars, accepts, keptChars, stretches }: Stats['typing']): string {
  if (acceptedChars === 0) return 'No suggestion has been accepted yet.';
  const whole = `${formatCount(accepts)} whole ${accepts === 1 ? 'suggestion' : 'suggestions'}`;
  const settled = `${formatCount(stretches)} settled ${stretches === 1 ? 'stretch' : 'stretches'}`;
  return `${formatCount(acceptedChars)} characters came by accepting, less one key for each of ${whole}; ${formatCount(keptChars)} were kept in ${settled} with a suggestion`;
}

/** Spent beside avoided, where something surely was. */
function wholeBar(stats: Stats): Html {
  const net = netOf(stats, NO_STOPPING, 'tokens');
  const known = net && knownOf(net);
  const share = known && !isSampleSmall(net) ? shareOf(known, stats.tokens.spent) : undefined;
  if (share === undefined) return html``;
  return stackedBar([
    { share: 1 - share, kind: 'spent' },
    { share, kind: 'avoided' },
  ]);
}

/** One row of the table: a baseline in one unit. */
interface Measure {
  readonly baseline: Baseline;
  readonly unit: 'tokens' | 'time' | 'energy';
  readonly net: Estimate;
}

const FORMATS: Readonly<Record<Measure['unit'], (value: number) => string>> = {
  tokens: formatCount,
  time: formatDuration,
  energy: formatEnergy,
};

function measuresOf({ avoided, cost }: Stats): Measure[] {
  const watts = cost?.watts ?? null;
  return avoided.flatMap(({ baseline, unit, net }): Measure[] => {
    if (unit === 'tokens') return [{ baseline, unit, net }];
    const time: Measure = { baseline, unit: 'time', net };
    if (watts === null) return [time];
    return [time, { baseline, unit: 'energy', net: inJoules(net, watts) }];
  });
}

function table(measures: readonly Measure[]): Html {
  const units = ['tokens', 'time', 'energy'] as const;
  const rows = units.flatMap((unit) => {
    const ofUnit = measures.filter((measure) => measure.unit === unit);
    const ends = ofUnit.flatMap(({ net }) => [net.value ?? 0, net.low ?? 0, net.high ?? 0]);
    const scale = scaleOf(ends);
    return ofUnit.map((measure) => cells(measure, scale));
  });
  return stackingTable(
    [
      { title: 'Saved against' },
      { title: 'Saved', isCount: true },
      { title: '95 % interval', isCount: true },
      { title: 'Interval, drawn; the upright line is zero', isPlot: true },
      { title: 'Modelled', isCount: true, hint: 'Not counted, but estimated.' },
      { title: 'Followed', isCount: true, hint: 'Requests that were followed behind their stop.' },
    ],
    rows,
  );
}

function cells({ baseline, unit, net }: Measure, scale: Scale): Cell[] {
  const format = FORMATS[unit];
  const head = html`${baseline}<span class="quiet">, ${unit}</span>`;
  const known = knownOf(net);
  if (!known) return [head, 'nothing was stopped yet', '', '', '', formatCount(net.n)];
  const isFew = isSampleSmall(net);
  return [
    head,
    format(known.value),
    isFew ? 'too few followed' : isCounted(net, known) ? 'counted' : range(known, format),
    isFew ? '' : intervalPlot(known.value, known.low, known.high, scale),
    net.modelled === undefined ? '' : formatShare(net.modelled),
    formatCount(net.n),
  ];
}

function netOf(stats: Stats, baseline: Baseline, unit: Avoided['unit']): Estimate | undefined {
  return stats.avoided.find((row) => row.baseline === baseline && row.unit === unit)?.net;
}

/** Undefined where the interval says too little for it. */
function shareOf({ value, low }: Known, spent: number): number | undefined {
  return low > 0 && spent >= 0 ? value / (value + spent) : undefined;
}

/** An interval from so small a sample is too sure. Without any sample it reaches from nothing to all that is foreseen. */
function isSampleSmall(net: Estimate): boolean {
  return net.n > 0 && hasFewFollowed(net);
}

function fewText({ n }: Known): string {
  const followed = n === 1 ? '1 request was' : `${formatCount(n)} requests were`;
  return `modelled; only ${followed} followed, too few for an interval`;
}

/** All requests are in it, so that no draw can err: there is no interval, wherever it ends. */
function isCounted({ modelled }: Estimate, { low, high }: Known): boolean {
  return modelled === 0 && low === high;
}

function intervalText(net: Estimate, known: Known, format: (value: number) => string): string {
  if (isCounted(net, known)) return 'all of it counted';
  const modelled = formatModelled(net);
  const bounds = `95\u00a0% interval ${range(known, format)}, n = ${formatCount(known.n)} followed`;
  return modelled === '' ? bounds : `${bounds} · ${modelled}`;
}

function range({ low, high }: Known, format: (value: number) => string): string {
  return `${format(low)} to ${format(high)}`;
}

/** Of tokens: less than half of one is none. */
function verdict({ low, high }: Known): string {
  if (Math.round(low) <= 0 && Math.round(high) >= 0)
    return ' · holds 0: neither a saving nor a loss is shown';
  return high < 0 ? ' · it cost more than it saved' : '';
}

/** What measuring and learning cost, the former by requests that reached the engine. */
function measuringText({ tokens, requests }: Stats): string {
  const each = tokens.measuring / requests.engine;
  const perRequest =
    requests.engine > 0 && Number.isFinite(each) ? `, ${each.toFixed(2)} a request` : '';
  const atIdle = tokens.shadows > 0 ? `, learning at idle ${formatCount(tokens.shadows)}` : '';
  const spans =
    tokens.spans > 0
      ? ` Calibrating and comparing models took ${formatCount(tokens.spans)} tokens more, which the figures above leave out.`
      : '';
  return `Measuring cost ${formatCount(tokens.measuring)} of the tokens spent${perRequest}${atIdle}; all savings are net of it.${spans} Each saving is foreseen by what would have ended the stream, and corrected by streams that are followed behind their stop. Complete Here is not compared with first newline, which would not give its longer answers.`;
}

function powerText(cost: Cost | undefined): string {
  if (!cost || cost.watts === null) return '';
  return `Energy is time at ${cost.watts.toFixed(1)} W, the mean of ${formatCount(cost.requests)} requests, ${howKnown(cost.energy)}.`;
}

/** A baseline has no interval to rely on, or one that holds zero. */
function isThin(stats: Stats): boolean {
  return [NO_STOPPING, FIRST_NEWLINE].some((baseline) => {
    const net = netOf(stats, baseline, 'tokens');
    const known = net && knownOf(net);
    return !known || hasFewFollowed(net) || (known.low <= 0 && known.high >= 0);
  });
}

/** Where the user's own figures say little: what was measured of this model elsewhere. */
function laboratoryNote(model: string): Html {
  const measured = measuredModel(model);
  return html`<p class="note aside">
    <strong>Until your own figures are certain:</strong> ${
      measured
        ? laboratoryText(measured)
        : html`The laboratory has not measured ${model === '' ? 'this model' : model}. Calibrate on
          This Workspace measures it on your own code.`
    }
  </p>`;
}

function laboratoryText({
  model,
  of,
  engine,
  date,
  source,
  rules,
  lessThanNoStopping,
}: MeasuredModel): Html {
  const { balanced, 'first newline': newline } = rules;
  return html`In the laboratory ${model} under the preset balanced wrote ${plain(balanced.tokens)}
  tokens a request, ${formatShare(lessThanNoStopping)} fewer than without early stopping; up to the
  first line break it would have been ${plain(newline.tokens)}. Exact matches:
  ${plain(balanced.matches)} % against ${plain(newline.matches)} %. Measured on ${of} (${engine},
  ${date}; ${source}), not on your code.`;
}

/** `5.4 [4.7, 6.2]` */
function plain([value = 0, low = 0, high = 0]: readonly number[]): string {
  return `${value.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
}
