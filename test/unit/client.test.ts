import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { BackOff } from '../../client/back-off.ts';
import { readAnswer } from '../../client/features/answer.ts';
import { doctorMarkdown } from '../../client/features/doctor-report.ts';
import { PullMeter } from '../../client/features/pull-meter.ts';
import { groundsOf, presetSteps } from '../../client/features/preset-steps.ts';
import { statusView } from '../../client/features/status-view.ts';
import { Throttle } from '../../client/throttle.ts';
import type { StatusParams } from '../../shared/protocol.ts';

const ready: StatusParams = {
  state: 'ready',
  model: 'qwen2.5-coder:0.5b',
  engine: 'Ollama 0.32.15',
  savedToday: { value: null, low: null, high: null, n: 7 },
};
const running = { kind: 'running' } as const;

test('a daemon that crashes again and again is started later and later, up to a minute', () => {
  const backOff = new BackOff();
  const delays = Array.from({ length: 10 }, () => backOff.nextDelay(100));
  assert.deepEqual(delays.slice(0, 4), [500, 1000, 2000, 4000]);
  assert.equal(delays.at(-1), 60_000);
});

test('a daemon that had run for a minute is started again at once after a crash', () => {
  const backOff = new BackOff();
  for (let crash = 0; crash < 6; crash++) backOff.nextDelay(0);
  assert.equal(backOff.nextDelay(60_000), 500);
  backOff.nextDelay(0);
  backOff.reset();
  assert.equal(backOff.nextDelay(0), 500);
});

test('before a figure stands, the status bar says the state that matters', () => {
  const { text, tooltip, severity } = statusView(running, ready);
  assert.equal(text, '$(stop-circle) Shortstop: ready');
  assert.match(tooltip, /too few requests to say/);
  assert.equal(severity, 'none');
  const working = statusView(running, { ...ready, state: 'working' });
  assert.equal(working.text, '$(loading~spin) Shortstop: thinking');
});

test('the status bar says what part of the engine time was saved, its tooltip how sure that is', () => {
  const savedToday = { value: 0.38, low: 0.31, high: 0.44, n: 21, modelled: 0.97 };
  const { text, tooltip } = statusView(running, { ...ready, savedToday });
  assert.equal(text, '$(stop-circle) saved 38\u00a0% engine time today');
  assert.match(
    tooltip,
    /38.% \(95 % interval 31.% to 44.%, n = 21 followed behind their stop, 97.% of it modelled\)/,
  );
  assert.equal(tooltip.split('\n\n').length, 3);
});

test('a figure that is unsure is shown as an interval, and one that may be either sign not at all', () => {
  const textWith = (low: number, value: number, high: number, n = 9) =>
    statusView(running, { ...ready, savedToday: { value, low, high, n } }).text;
  assert.match(textWith(0.02, 0.2, 0.4), /saved 2.% to 40.% engine time today/);
  assert.match(textWith(-0.3, -0.25, -0.2), /cost 25.% more engine time today/);
  assert.match(textWith(-0.1, 0.2, 0.4), /Shortstop: ready/);
  assert.match(textWith(0.1, 0.4, 0.7), /Shortstop: ready/, 'too wide');
  assert.match(textWith(-0.3, -0.25, -0.2, 1), /Shortstop: ready/, 'one request was followed');
});

test('the tooltip says once that more engine time was spent, and nothing of one followed request', () => {
  const tooltipWith = (n: number, low: number) => {
    const savedToday = { value: -0.07, low, high: -0.02, n };
    return statusView(running, { ...ready, savedToday }).tooltip;
  };
  assert.match(tooltipWith(9, -0.12), /rule: cost 7.% more \(95 % interval 2.% to 12.%, n = 9/);
  assert.match(tooltipWith(1, -0.12), /too few requests were followed/);
});

test('where nothing comes by itself in the file in front, the status bar says so', () => {
  const place = { language: 'Markdown', enable: false, suggest: 'while-typing' } as const;
  assert.match(statusView(running, ready, place).text, /off for Markdown/);
  const awaited = { ...place, enable: true, isAwaited: true, suggest: 'on-key' } as const;
  assert.match(statusView(running, ready, awaited).text, /on a key/);
  assert.match(statusView(running, { ...ready, state: 'working' }, awaited).text, /thinking/);
  const onKey = statusView(running, ready, { ...place, enable: true, suggest: 'on-key' });
  assert.match(onKey.text, /on a key/);
  assert.match(onKey.tooltip, /Alt\+/);
});

test('the tooltip says what is left of the budgets, and the text once one is spent', () => {
  const gauges = [
    { of: 'day', spent: 640, limit: 2000 },
    { of: 'session', spent: 300, limit: 300 },
  ] as const;
  const left = statusView(running, { ...ready, budget: { gauges } });
  assert.match(
    left.tooltip,
    /1,360 of 2,000 tokens left today, 0 of 300 tokens left in this session/,
  );
  assert.doesNotMatch(left.text, /budget/);
  const spent = "This session's budget of 300 tokens is spent: nothing is asked while you type.";
  const over = statusView(running, { ...ready, budget: { gauges, spent } });
  assert.equal(over.text, '$(stop-circle) Shortstop: budget spent');
  assert.ok(over.tooltip.includes(spent));
  assert.match(over.tooltip, /^\*\*Shortstop\*\*: budget spent\./);
  assert.doesNotMatch(statusView(running, ready).tooltip, /Budget/);
});

test('a problem is shown with the action that helps, and without Markdown of its own', () => {
  const action = { title: 'Pull Model', command: 'shortstop.pullModel' };
  const problem = 'The model `x` is missing: [pull](it)';
  const headline = 'x is not installed';
  const view = statusView(running, { ...ready, state: 'error', problem, headline, action });
  assert.equal(view.text, '$(warning) Shortstop: x is not installed');
  assert.equal(view.severity, 'warning');
  assert.equal(view.problem, problem);
  assert.deepEqual(view.action, action);
  assert.match(view.tooltip, /\\`x\\`.*\\\[pull\\\]\\\(it\\\)/);
});

test('each step from quality to savings says what it costs and keeps against the most patient one', () => {
  const readings = [
    { preset: 'faithful', tokens: 6, matches: 0.25, ownTraces: 0 },
    { preset: 'balanced', tokens: 5.1, matches: 0.24, ownTraces: 0 },
  ] as const;
  const [faithful, balanced, saver] = presetSteps('balanced', readings);
  assert.match(faithful?.label ?? '', /^●○○ faithful/);
  assert.match(faithful?.detail ?? '', /^6\.0 tokens a request, 25.% of all requests right$/);
  assert.match(balanced?.detail ?? '', /85.% of faithful's cost, 96.% of its matches$/);
  assert.match(saver?.detail ?? '', /gives up early/);
  assert.equal(presetSteps('custom', readings).length, 4);
  assert.match(groundsOf([]), /calibrate/);
});

test('only a problem against which nothing is offered is an error', () => {
  assert.equal(statusView(running, { ...ready, state: 'error' }).severity, 'error');
});

test('a crashed daemon is a warning that names the next start, whatever it said last', () => {
  const view = statusView({ kind: 'crashed', retryInMs: 4000 }, ready);
  assert.equal(view.severity, 'warning');
  assert.match(view.problem ?? '', /starts again in 4\.0.s/);
  assert.equal(view.action?.command, 'shortstop.restartDaemon');
});

test('paused and off are told apart from ready', () => {
  assert.match(statusView(running, { ...ready, state: 'paused' }).text, /paused/);
  const busy = statusView(running, { ...ready, engineBusy: true });
  assert.match(busy.text, /engine slow to answer/);
  assert.match(busy.tooltip, /another program may be using it\. A command is still answered/);
  const onBattery = statusView(running, { ...ready, state: 'paused', onBattery: true });
  assert.match(onBattery.text, /paused on battery/);
  assert.match(onBattery.tooltip, /paused on battery/);
  assert.match(statusView(running, { ...ready, state: 'off' }).text, /off/);
  assert.match(statusView({ kind: 'starting' }, undefined).text, /loading/);
});

test('code blocks of an answer come out without fences, indentation of the fence and CRLF', () => {
  const answer =
    'Text\r\n```ts\r\nconst a = 1;\r\n```\n\n  ~~~~ py title\n  def f():\n      pass\n~~~\n  ~~~~\n';
  assert.deepEqual(readAnswer(answer).blocks, [
    { language: 'ts', code: 'const a = 1;' },
    { language: 'py', code: 'def f():\n    pass\n~~~' },
  ]);
});

test('a block that was cut off counts, an empty one and inline code do not', () => {
  assert.deepEqual(readAnswer('```js\nlet x').blocks, [{ language: 'js', code: 'let x' }]);
  assert.deepEqual(readAnswer('```js').blocks, []);
  assert.deepEqual(readAnswer('Use ``` a ``` here').blocks, []);
});

test('the progress bar of a pull never goes back, though each layer counts anew', () => {
  const meter = new PullMeter();
  const steps = [
    meter.step({ status: 'pulling manifest' }),
    meter.step({ status: 'pulling a', completed: 50, total: 100 }),
    meter.step({ status: 'pulling a', completed: 100, total: 100 }),
    meter.step({ status: 'pulling b', completed: 1, total: 10 }),
  ];
  assert.deepEqual(
    steps.map(({ increment }) => increment),
    [0, 50, 50, 0],
  );
  assert.equal(steps[0]?.message, 'pulling manifest');
});

test('what an engine says while it pulls makes no link in a notification', () => {
  const { message } = new PullMeter().step({ status: 'pulling [x](command:y)' });
  assert.equal(message, 'pulling x(command:y)');
});

test('a throttled action runs at once, then at most once per interval, and for the last call', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const clock = mock.method(performance, 'now', () => time);
  let time = 0;
  let runs = 0;
  const throttle = new Throttle(100, () => (runs += 1));
  for (let call = 0; call < 5; call++) throttle.request();
  assert.equal(runs, 1);
  time = 100;
  mock.timers.tick(100);
  assert.equal(runs, 2);
  mock.timers.tick(1000);
  assert.equal(runs, 2);
  clock.mock.restore();
  mock.timers.reset();
});

test('the doctor’s report says first what is wrong and what to do', () => {
  const report = doctorMarkdown(
    [
      { name: 'daemon', ok: true, detail: 'runs' },
      { name: 'engine', ok: false, detail: 'no answer at a|b', advice: 'Start Ollama.' },
    ],
    { editor: 'Code 1.101', host: 'linux x64', remote: 'local' },
  );
  assert.match(report, /1 of 2 checks found something wrong/);
  assert.ok(report.indexOf('Start Ollama.') < report.indexOf('| ok | daemon'));
  assert.match(report, /- \*\*engine\*\*: no answer at a\\\|b/);
  assert.match(report, /\| \*\*no\*\* \| engine \| see above \|/);
});

test('the doctor’s report says each finding once, and its links can be clicked', () => {
  const detail = 'Nothing answers as Ollama.';
  const advice = 'Not installed yet: https://ollama.com/download';
  const report = doctorMarkdown([{ name: 'engine', ok: false, detail, advice }], {
    editor: 'Code 1.101',
    host: 'linux x64',
    remote: 'local',
  });
  assert.equal(report.split(detail).length, 2);
  assert.match(report, /<https:\/\/ollama\.com\/download>/);
});
