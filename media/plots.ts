import type { Known } from './estimates.ts';
import { html, type Html } from './html.ts';

/** Small drawings as SVG attributes only: the page's policy forbids inline styles. */

/** A bar that fills `share` of its width, 0 to 1. */
export function bar(share: number, kind: string): Html {
  const width = clamp(share) * 100;
  return html`<svg
    class="bar ${kind}"
    viewBox="0 0 100 1"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <rect class="track" width="100" height="1" />
    <rect class="fill" width="${number(width)}" height="1" />
  </svg>`;
}

/** Parts of a whole side by side, each at least a hair wide where it is not nothing. */
export function stackedBar(
  parts: readonly { readonly share: number; readonly kind: string }[],
): Html {
  let left = 0;
  const drawn = parts.map(({ share, kind }) => {
    const width = clamp(share) * 100;
    const rectangle = html`<rect
      class="${kind}"
      x="${number(left)}"
      width="${number(width)}"
      height="1"
    />`;
    left += width;
    return rectangle;
  });
  return html`<svg class="stack" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
    ${drawn}
  </svg>`;
}

/** Columns side by side, each of a height in [0, 1]; the last is the one that still grows. */
export function columns(heights: readonly number[], kind: string): Html {
  const drawn = heights.map((height, index) => {
    const tall = clamp(height) * 100;
    return html`<rect
      class="${index === heights.length - 1 ? 'fill now' : 'fill'}"
      x="${number(index + 0.1)}"
      y="${number(100 - tall)}"
      width="0.8"
      height="${number(tall)}"
    />`;
  });
  return html`<svg
    class="columns ${kind}"
    viewBox="0 0 ${heights.length} 100"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    ${drawn}
    <path class="axis" d="M0 100H${heights.length}" />
  </svg>`;
}

/**
 * Values with their intervals side by side, each upright, on one scale that holds zero. Where there is none nothing is
 * drawn; a line joins neighbours.
 */
export function intervals(known: readonly (Known | undefined)[]): Html {
  const scale = scaleOf(known.flatMap((each) => (each ? [each.low, each.high] : [])));
  const at = (x: number): string => number(100 - share(x, scale) * 100);
  const drawn = known.flatMap((each, index) => {
    if (!each) return [];
    const { value, low, high } = each;
    const x = number(index + 0.5);
    const next = known[index + 1];
    return html`${
        next
          ? html`<path
              class="way"
              d="M${x} ${at(value)}L${number(index + 1.5)} ${at(next.value)}"
            />`
          : ''
      }<path class="range" d="M${x} ${at(low)}V${at(high)}" /><path
        class="point"
        d="M${x} ${at(value)}h0.001"
      />`;
  });
  return html`<svg
    class="interval upright"
    viewBox="0 0 ${known.length} 100"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <path class="zero" d="M0 ${at(0)}H${known.length}" />
    ${drawn}
  </svg>`;
}

/** The values between which an interval plot is drawn. */
export interface Scale {
  readonly from: number;
  readonly to: number;
}

/** A scale that holds all of `values` and zero, with a little room on either side. */
export function scaleOf(values: readonly number[]): Scale {
  const all = [0, ...values.filter(Number.isFinite)];
  const from = Math.min(...all);
  const to = Math.max(...all);
  const room = 0.04 * (to - from);
  if (room === 0) return { from: 0, to: 1 };
  return { from: from < 0 ? from - room : 0, to: to > 0 ? to + room : 0 };
}

/** A point with its interval on a line that marks zero. */
export function intervalPlot(value: number, low: number, high: number, scale: Scale): Html {
  const at = (x: number): string => number(share(x, scale) * 100);
  return html`<svg
    class="interval"
    viewBox="0 0 100 10"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <path class="axis" d="M0 5H100" />
    <path class="zero" d="M${at(0)} 0V10" />
    <path class="range" d="M${at(low)} 5H${at(high)}" />
    <path class="ends" d="M${at(low)} 2V8M${at(high)} 2V8" />
    <path class="point" d="M${at(value)} 5h0.001" />
  </svg>`;
}

/** Where on the scale a value lies, 0 to 1. */
function share(x: number, { from, to }: Scale): number {
  return clamp((x - from) / (to - from || 1));
}

function clamp(share: number): number {
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}
