import { formatCount, formatDuration } from '../shared/figures.ts';
import {
  nearestEngine,
  TYPING,
  type MeasuredEngine,
  type MeasuredTool,
} from '../shared/laboratory/typing.ts';
import type { PanelSettings } from '../shared/panel-protocol.ts';
import type { Preset } from '../shared/settings.ts';
import type { PresetsNow, Stats } from '../shared/stats.ts';
import { frontierChart, legend } from './frontier-chart.ts';
import { html, type Html } from './html.ts';
import { stackingTable } from './stacking-table.ts';

/** Where the presets lie between saving the engine's time and saving keystrokes, beside other tools; one can be chosen. */
export function frontierSection({ presets }: Stats, { preset, model }: PanelSettings): Html {
  const engine = nearestEngine(presets?.msPerToken ?? null);
  if (!engine) return html``;
  const certified = (presets?.presets ?? [])
    .filter(({ isCertified }) => isCertified)
    .map((each) => each.preset);
  const chosen = preset === 'custom' ? null : preset;
  return html`<section class="card wide" aria-labelledby="frontier">
    <h2 id="frontier">Quality or savings</h2>
    <div data-grip>
      ${frontierChart(engine, { chosen, certified })} ${legend(engine)}
      <p class="quiet axes">
        Engine time for 100 characters of code, the cheapest to the left; keystrokes saved upwards.
        ${certified.length > 0 ? 'The shaded part is certified.' : 'Nothing is certified here.'}
      </p>
      ${slider(engine, presets, preset)}
    </div>
    <p class="note">
      Measured in the laboratory with
      ${TYPING.model}${model === TYPING.model ? '' : ` (yours is ${model})`} on ${engine.title}:
      ${TYPING.of} (npm run bench:typing, ${TYPING.date}).
    </p>
    ${table(engine)}
  </section>`;
}

function slider(engine: MeasuredEngine, now: PresetsNow | undefined, preset: Preset): Html {
  const at = engine.ours.findIndex(({ name }) => name === preset);
  const words = engine.ours.map((tool) => inWords(tool, now));
  const shown = words[at] ?? OWN_THRESHOLDS;
  return html`<div class="slider">
      <label for="preset">Operating point</label
      ><input
        type="range"
        id="preset"
        min="0"
        max="${engine.ours.length - 1}"
        step="1"
        value="${at < 0 ? 1 : at}"
        aria-valuetext="${shown}"
        data-set="preset"
        data-values="${engine.ours.map(({ name }) => name).join('|')}"
        data-words="${words.join('|')}"
        data-words-in="preset-words"
      /><span class="ends quiet" aria-hidden="true"
        ><span>more kept</span><span>less spent</span></span
      >
    </div>
    <p id="preset-words">${shown}</p>`;
}

const OWN_THRESHOLDS =
  'Your settings have thresholds of their own (custom): not certified, and not measured. Moving the slider sets a preset in their place.';

function inWords({ name, busyMs, saved }: MeasuredTool, now: PresetsNow | undefined): string {
  const state = now?.presets.find(({ preset }) => preset === name);
  const certainty = state
    ? state.certificate
    : 'what is certified is known once the model is ready';
  return `${name}: ${formatDuration(busyMs[0] ?? 0)} of the engine for 100 characters, ${formatCount(saved[0] ?? 0)} % of keystrokes saved; ${certainty}`;
}

function table({ ours, peers }: MeasuredEngine): Html {
  const interval = (
    [value = 0, low = 0, high = 0]: readonly number[],
    format: (x: number) => string,
  ) => `${format(value)} [${format(low)}, ${format(high)}]`;
  const rows = [...ours, ...peers].map(({ name, busyMs, saved, tokens, notKept }, index) => [
    index < ours.length ? `Shortstop, ${name}` : name,
    interval(busyMs, formatCount),
    interval(tokens, formatCount),
    interval(saved, formatCount),
    interval(notKept, (value) => value.toFixed(1)),
  ]);
  return html`<details id="frontier-table">
    <summary>As a table</summary>
    ${stackingTable(
      [
        { title: 'Per 100 characters, with 95 % intervals' },
        { title: 'Engine time, ms', isCount: true },
        { title: 'Tokens', isCount: true },
        { title: 'Keystrokes saved, %', isCount: true },
        { title: 'Offers not kept', isCount: true },
      ],
      rows,
    )}
  </details>`;
}
