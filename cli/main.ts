import type { Command } from './command.ts';
import { COMMON_USAGE } from './common-options.ts';
import { benchCommand } from './commands/bench.ts';
import { compareCommand } from './commands/compare.ts';
import { calibrateCommand } from './commands/calibrate.ts';
import { completeCommand } from './commands/complete.ts';
import { demoCommand } from './commands/demo.ts';
import { demoEnsembleCommand } from './commands/demo-ensemble.ts';
import { demoLearningCommand } from './commands/demo-learning.ts';
import { doctorCommand } from './commands/doctor.ts';
import { learningCommand } from './commands/learning.ts';
import { profileCommand } from './commands/profile.ts';
import { experimentCommand } from './commands/experiment.ts';
import { serveCommand } from './commands/serve.ts';
import { statsCommand } from './commands/stats.ts';
import { UsageError } from './usage-error.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: serveCommand,
  complete: completeCommand,
  calibrate: calibrateCommand,
  stats: statsCommand,
  doctor: doctorCommand,
  compare: compareCommand,
  profile: profileCommand,
  demo: demoCommand,
  'demo-learning': demoLearningCommand,
  'demo-ensemble': demoEnsembleCommand,
  learning: learningCommand,
  experiment: experimentCommand,
  bench: benchCommand,
};

function usage(): string {
  const lines = Object.values(COMMANDS).map(
    (command) => `  ${command.usage}\n      ${command.summary}`,
  );
  return `usage: shortstop COMMAND [OPTIONS]\n\n${lines.join('\n')}\n\nEvery command takes:\n${COMMON_USAGE}\n`;
}

/** @returns the exit status: 0, 1 where it failed, 2 for a wrong call */
async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || ['help', '--help', '-h'].includes(name)) {
    process.stdout.write(usage());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS[name];
  if (!command) {
    process.stderr.write(`shortstop: there is no command "${name}"\n\n${usage()}`);
    return 2;
  }
  if (name !== 'bench' && (args.includes('--help') || args.includes('-h'))) {
    process.stdout.write(`usage: shortstop ${command.usage}\n\n${COMMON_USAGE}\n`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    const wrong = error instanceof UsageError || isParseError(error);
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`shortstop ${name}: ${message}\n`);
    if (wrong) process.stderr.write(`usage: shortstop ${command.usage}\n`);
    return wrong ? 2 : 1;
  }
}

/** From node:util's parseArgs. */
function isParseError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS');
}

process.exitCode = await main(process.argv.slice(2));
