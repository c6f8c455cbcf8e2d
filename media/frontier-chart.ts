import { formatCount, formatDuration } from '../shared/figures.ts';
import type { MeasuredEngine, MeasuredTool } from '../shared/laboratory/typing.ts';
import { html, type Html } from './html.ts';
import { placeLabels, type Dot, type Labelled } from './label-places.ts';

/** Percent of the drawing, so that its text keeps its size however wide it is. */
const BOX = { left: 3, right: 96, top: 7, bottom: 88 } as const;
const STEPS = [1, 2, 5] as const;
/** From this width on names stand beside the dots, below it their numbers: the narrowest drawing of either, pixels. */
const WIDTHS = { name: 640, number: 220 } as const;

/** What the chart marks among our points. */
export interface Marks {
  /** In force; null under thresholds that are no preset's. */
  readonly chosen: string | null;
  readonly certified: readonly string[];
}

interface Scales {
  readonly x: (ms: number) => number;
  readonly y: (saved: number) => number;
  readonly ticks: readonly number[];
  readonly levels: readonly number[];
}

/**
 * Engine time (logarithmic) against keystrokes saved: each preset and each other tool, and where something is certified.
 * Where there is little room for names each has its number, as in the {@link legend}.
 */
export function frontierChart(engine: MeasuredEngine, { chosen, certified }: Marks): Html {
  const scales = scalesOf([...engine.ours, ...engine.peers]);
  const dots = [...dotsOf(engine.ours, 'ours', scales), ...dotsOf(engine.peers, 'peer', scales)];
  const yours = dots.find(({ name, kind }) => kind === 'ours' && name === chosen);
  const region = dots.filter(({ name, kind }) => kind === 'ours' && certified.includes(name));
  return html`<svg class="frontier" aria-hidden="true">
    ${grid(scales)} ${certifiedRegion(region)} ${way(dots)} ${dots.map(circle)}
    ${placeLabels(dots, WIDTHS.name).map((label) => written(label, 'name'))}
    ${placeLabels(dots.map(numbered), WIDTHS.number).map((label) => written(label, 'number'))}
    ${
      yours
        ? html`<circle
            class="yours"
            cx="${percent(yours.x)}"
            cy="${percent(yours.y)}"
            r="11"
            data-drag="preset"
          />`
        : ''
    }
  </svg>`;
}

function scalesOf(tools: readonly MeasuredTool[]): Scales {
  const busy = tools.map(({ busyMs: [ms = 1] }) => ms);
  const [least, most] = [Math.min(...busy) / 1.15, Math.max(...busy) * 1.3];
  const saved = tools.map(({ saved: [share = 0] }) => share);
  const highest = Math.ceil((Math.max(...saved) + 3) / 10) * 10;
  const along = (share: number) => BOX.left + share * (BOX.right - BOX.left);
  return {
    x: (ms) => along(Math.log(ms / least) / Math.log(most / least)),
    y: (share) => BOX.bottom - (share / highest) * (BOX.bottom - BOX.top),
    ticks: ticksOf(least, most),
    levels: Array.from({ length: highest / 20 + 1 }, (_, index) => 20 * index),
  };
}

/** 1, 2, 5, 10, 20, … between two figures. */
function ticksOf(least: number, most: number): number[] {
  const found: number[] = [];
  for (let power = 1; power <= most; power *= 10) found.push(...STEPS.map((step) => step * power));
  return found.filter((tick) => tick >= least && tick <= most);
}

function dotsOf(tools: readonly MeasuredTool[], kind: Dot['kind'], { x, y }: Scales): Dot[] {
  return tools.map(({ name, busyMs: [ms = 1], saved: [share = 0] }) => ({
    ...{ name, kind },
    ...{ x: x(ms), y: y(share) },
  }));
}

function grid({ x, y, ticks, levels }: Scales): Html {
  const upright = ticks.map((tick) => {
    const at = percent(x(tick));
    return html`<line
        class="axis"
        x1="${at}"
        x2="${at}"
        y1="${BOX.top}%"
        y2="${BOX.bottom}%"
      /><text class="tick" x="${at}" y="${BOX.bottom}%" dy="15" text-anchor="middle">
        ${tick < 1000 ? `${tick} ms` : `${tick / 1000} s`}
      </text>`;
  });
  const level = levels.map((share) => {
    const at = percent(y(share));
    return html`<line class="axis" x1="0%" x2="100%" y1="${at}" y2="${at}" /><text
        class="tick"
        x="0%"
        y="${at}"
        dy="-4"
      >
        ${formatCount(share)} %
      </text>`;
  });
  return html`${upright}${level}`;
}

function certifiedRegion(dots: readonly Dot[]): Html {
  if (dots.length === 0) return html``;
  const [xs, ys] = [dots.map(({ x }) => x), dots.map(({ y }) => y)];
  const [left, right] = [Math.min(...xs) - 1.4, Math.max(...xs) + 1.4];
  const [top, bottom] = [Math.min(...ys) - 5, Math.max(...ys) + 5];
  return html`<rect
    class="certified"
    x="${percent(left)}"
    y="${percent(top)}"
    width="${percent(right - left)}"
    height="${percent(bottom - top)}"
    rx="6"
  />`;
}

/** From preset to preset. */
function way(dots: readonly Dot[]): Html[] {
  const ours = dots.filter(({ kind }) => kind === 'ours');
  return ours.slice(1).map((to, index) => {
    const from = ours[index] ?? to;
    return html`<line
      class="way"
      x1="${percent(from.x)}"
      y1="${percent(from.y)}"
      x2="${percent(to.x)}"
      y2="${percent(to.y)}"
    />`;
  });
}

function numbered(dot: Dot, index: number): Dot {
  return { ...dot, name: String(index + 1) };
}

function circle({ name, kind, x, y }: Dot): Html {
  return html`<circle
    class="dot ${kind}"
    cx="${percent(x)}"
    cy="${percent(y)}"
    r="${kind === 'ours' ? 5 : 3.5}"
    data-point="${kind === 'ours' ? name : ''}"
  />`;
}

function written({ dot, dx, dy, anchor }: Labelled, what: keyof typeof WIDTHS): Html {
  return html`<text
    class="${what} ${dot.kind}"
    x="${percent(dot.x)}"
    y="${percent(dot.y)}"
    dx="${dx}"
    dy="${dy}"
    text-anchor="${anchor}"
  >
    ${dot.name}
  </text>`;
}

/** What the dots are, by number: for who has little room, or can't see the chart. */
export function legend({ ours, peers }: MeasuredEngine): Html {
  const item = (name: string, { busyMs: [ms = 0], saved: [share = 0] }: MeasuredTool) =>
    html`<li>
      ${name} <span class="quiet">${formatDuration(ms)}, ${formatCount(share)} %</span>
    </li>`;
  return html`<ol class="legend" aria-label="The chart: engine time and keystrokes saved">
    ${ours.map((tool) => item(`Shortstop, ${tool.name}`, tool))}
    ${peers.map((tool) => item(tool.name, tool))}
  </ol>`;
}

function percent(value: number): string {
  return `${Math.round(value * 100) / 100}%`;
}
