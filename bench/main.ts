import { pathToFileURL } from 'node:url';
import { ENGINE_USAGE, engineCommand } from './pace/command.ts';
import { BUDGET_USAGE, budgetCommand } from './budget/command.ts';
import { CONTEXT_USAGE, contextCommand } from './context/command.ts';
import { CANDIDATES_USAGE, candidatesCommand } from './candidates/command.ts';
import { CASCADE_USAGE, cascadeCommand } from './cascade/command.ts';
import { ANSWERS_USAGE, answersCommand } from './answers/command.ts';
import { EXPERIMENTS_USAGE, experimentsCommand } from './policy/experiments.ts';
import { FETCH_USAGE, fetchCommand } from './packages/command.ts';
import { LATENCY_USAGE, latencyCommand } from './latency/command.ts';
import { LIVE_USAGE, liveCommand } from './live/command.ts';
import { POLICY_USAGE, policyCommand } from './policy/command.ts';
import { REPAIRS_USAGE, repairsCommand } from './repairs/command.ts';
import { RELABEL_USAGE, relabelCommand } from './features/relabel.ts';
import { REPLAY_USAGE, replayCommand } from './replay/command.ts';
import { PERFECT_USAGE, perfectCommand } from './perfect/command.ts';
import { PANEL_USAGE, panelCommand } from './panel/command.ts';
import { PEERS_USAGE, peersCommand } from './peers/command.ts';
import { RECORD_USAGE, recordCommand } from './record/command.ts';
import { RECORD_STRETCHES_USAGE, recordStretchesCommand } from './stretches/record-command.ts';
import { REPORT_USAGE, reportCommand } from './report/command.ts';
import { SIM_USAGE, simCommand } from './sim/command.ts';
import { SHIP_USAGE, shipCommand } from './ship/command.ts';
import { TAILS_USAGE, tailsCommand } from './tails/command.ts';
import { featuresCommand, TRAIN_USAGE, trainCommand } from './train/command.ts';
import { TYPING_USAGE, typingCommand } from './typing/command.ts';
import { TRANSFER_USAGE, transferCommand } from './transfer/command.ts';
import { VALIDITY_USAGE, validityCommand } from './validity/command.ts';
import { TraceError } from './jsonl.ts';

type Command = (args: string[], print: (line: string) => void) => Promise<void>;

const COMMANDS: Readonly<Record<string, { readonly run: Command; readonly usage: string }>> = {
  budget: { run: budgetCommand, usage: BUDGET_USAGE },
  candidates: { run: candidatesCommand, usage: CANDIDATES_USAGE },
  cascade: { run: cascadeCommand, usage: CASCADE_USAGE },
  context: { run: contextCommand, usage: CONTEXT_USAGE },
  fetch: { run: fetchCommand, usage: FETCH_USAGE },
  engine: { run: engineCommand, usage: ENGINE_USAGE },
  live: { run: liveCommand, usage: LIVE_USAGE },
  latency: { run: latencyCommand, usage: LATENCY_USAGE },
  perfect: { run: perfectCommand, usage: PERFECT_USAGE },
  panel: { run: panelCommand, usage: PANEL_USAGE },
  peers: { run: peersCommand, usage: PEERS_USAGE },
  record: {
    run: (args, print) =>
      args.includes('--stretches')
        ? recordStretchesCommand(args, print)
        : recordCommand(args, print),
    usage: `${RECORD_USAGE}\n  ${RECORD_STRETCHES_USAGE}`,
  },
  repairs: { run: repairsCommand, usage: REPAIRS_USAGE },
  replay: { run: replayCommand, usage: REPLAY_USAGE },
  answers: { run: answersCommand, usage: ANSWERS_USAGE },
  relabel: { run: relabelCommand, usage: RELABEL_USAGE },
  features: { run: featuresCommand, usage: TRAIN_USAGE },
  policy: { run: policyCommand, usage: POLICY_USAGE },
  experiments: { run: experimentsCommand, usage: EXPERIMENTS_USAGE },
  report: { run: reportCommand, usage: REPORT_USAGE },
  sim: { run: simCommand, usage: SIM_USAGE },
  ship: { run: shipCommand, usage: SHIP_USAGE },
  validity: { run: validityCommand, usage: VALIDITY_USAGE },
  tails: { run: tailsCommand, usage: TAILS_USAGE },
  train: { run: trainCommand, usage: '' },
  typing: { run: typingCommand, usage: TYPING_USAGE },
  transfer: { run: transferCommand, usage: TRANSFER_USAGE },
};

function usage(): string {
  const lines = Object.values(COMMANDS)
    .filter((command) => command.usage !== '')
    .map((command) => `  ${command.usage}`);
  return ['usage:', ...lines].join('\n');
}

/**
 * The laboratory's entry point, also reachable as `shortstop bench`.
 * @returns the exit status: 0, 1 where the input can't be used, 2 for a wrong call
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv;
  const command = name === undefined ? undefined : COMMANDS[name];
  if (!command) {
    console.error(usage());
    return 2;
  }
  try {
    await command.run(args, (line) => console.log(line));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof TraceError ? 1 : 2;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
