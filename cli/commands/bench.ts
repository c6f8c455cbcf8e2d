import { main } from '../../bench/main.ts';
import type { Command } from '../command.ts';

export const benchCommand: Command = {
  usage: 'bench NAME …',
  summary: 'the laboratory; without a name it lists its benches',
  run: (args) => main(args),
};
