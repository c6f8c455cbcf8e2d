import { formatCount, formatDuration, formatEstimate, hasFewFollowed } from '../shared/figures.ts';
import type { PanelWindow } from '../shared/panel-protocol.ts';
import type { Avoided, Stats } from '../shared/stats.ts';

/** Pixels of the picture before it is made twice as fine. */
const [WIDTH, HEIGHT, EDGE] = [960, 420, 32];
const FINENESS = 2;
const WINDOW_NAMES: Readonly<Record<PanelWindow, string>> = {
  today: 'today',
  '7 days': '7 days',
  '30 days': '30 days',
  all: 'all time',
};

interface Ink {
  readonly page: string;
  readonly text: string;
  readonly quiet: string;
  readonly spent: string;
  readonly gain: string;
}

/** The first screen as a picture in the colours of the theme: PNG, base64. */
export function pictureOf(stats: Stats, window: PanelWindow): string {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH * FINENESS;
  canvas.height = HEIGHT * FINENESS;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('this window can draw no picture');
  pen.scale(FINENESS, FINENESS);
  const ink = inkOf(getComputedStyle(document.body));
  pen.fillStyle = ink.page;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  write(pen, `Shortstop: savings, ${WINDOW_NAMES[window]}`, [EDGE, 50], 600, 22, ink.text);
  const step = (WIDTH - 2 * EDGE) / 4;
  figuresOf(stats).forEach(({ big, lines, isGain }, index) => {
    const x = EDGE + index * step;
    write(pen, big, [x, 104], 600, 26, isGain ? ink.gain : ink.text);
    lines.forEach((line, row) => write(pen, line, [x, 128 + 18 * row], 400, 13, ink.quiet));
  });
  drawDays(pen, stats, ink);
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}

function inkOf(style: CSSStyleDeclaration): Ink {
  const colour = (name: string) => style.getPropertyValue(name).trim() || style.color;
  return {
    page: style.getPropertyValue('--vscode-editor-background').trim() || 'white',
    text: style.color,
    quiet: colour('--vscode-descriptionForeground'),
    spent: colour('--vscode-charts-blue'),
    gain: colour('--vscode-charts-green'),
  };
}

interface Figure {
  readonly big: string;
  readonly lines: readonly string[];
  readonly isGain: boolean;
}

function figuresOf({ tokens, cost, avoided, typing }: Stats): Figure[] {
  const time = cost ? [`${formatDuration(cost.engineMs)} of the engine`] : [];
  return [
    { big: formatCount(tokens.spent), lines: ['tokens spent', ...time], isGain: false },
    saved(avoided, 'no early stopping'),
    saved(avoided, 'first newline'),
    {
      big: formatCount(typing.acceptedChars - typing.accepts),
      lines: ['keystrokes saved'],
      isGain: false,
    },
  ];
}

function saved(avoided: Stats['avoided'], baseline: Avoided['baseline']): Figure {
  const net = avoided.find((each) => each.baseline === baseline && each.unit === 'tokens')?.net;
  const isFew = net !== undefined && net.n > 0 && hasFewFollowed(net);
  const big = (isFew ? formatCount(net.value ?? 0) : net && formatEstimate(net)) ?? 'nothing yet';
  const { low = null, high = null } = net ?? {};
  const interval =
    low === null || high === null || low === high || isFew
      ? []
      : [`95 % interval ${formatCount(low)} to ${formatCount(high)}`];
  const lines = ['tokens saved against', baseline, ...interval];
  return { big, lines, isGain: low !== null && low > 0 && !isFew };
}

/** Tokens of each day as columns. */
function drawDays(pen: CanvasRenderingContext2D, { days }: Stats, ink: Ink): void {
  const most = Math.max(1, ...days.map(({ tokens }) => tokens));
  const [top, bottom] = [250, HEIGHT - 50];
  const step = (WIDTH - 2 * EDGE) / Math.max(1, days.length);
  write(
    pen,
    `Tokens spent up to the stop, at most ${formatCount(most)} a day`,
    [EDGE, top - 14],
    400,
    13,
    ink.quiet,
  );
  pen.fillStyle = ink.spent;
  days.forEach(({ tokens }, index) => {
    const height = (tokens / most) * (bottom - top);
    pen.fillRect(EDGE + (index + 0.1) * step, bottom - height, step * 0.8, height);
  });
  pen.fillStyle = ink.quiet;
  pen.fillRect(EDGE, bottom, WIDTH - 2 * EDGE, 1);
  write(pen, days[0]?.day ?? '', [EDGE, bottom + 18], 400, 12, ink.quiet);
  write(pen, days.at(-1)?.day ?? '', [WIDTH - EDGE, bottom + 18], 400, 12, ink.quiet, 'right');
}

function write(
  pen: CanvasRenderingContext2D,
  text: string,
  [x, y]: readonly [number, number],
  weight: number,
  size: number,
  colour: string,
  align: CanvasTextAlign = 'left',
): void {
  pen.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  pen.fillStyle = colour;
  pen.textAlign = align;
  pen.fillText(text, x, y);
}
