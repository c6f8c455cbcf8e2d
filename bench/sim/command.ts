import { parseArgs } from 'node:util';
import { SIMULATIONS } from './simulations.ts';

export const SIM_USAGE = `sim [NAME...]   (${SIMULATIONS.map(({ id }) => id).join(', ')})`;

/**
 * Prints each simulation's figures beside its goals.
 * @throws Error for a name that is none
 */
export async function simCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const unknown = positionals.filter((name) => !SIMULATIONS.some(({ id }) => id === name));
  if (unknown.length > 0)
    throw new Error(`no simulation is called ${unknown.join(', ')}: ${SIM_USAGE}`);
  let missed = 0;
  for (const simulation of SIMULATIONS) {
    if (positionals.length > 0 && !positionals.includes(simulation.id)) continue;
    print(`\n${simulation.title} (${simulation.id})`);
    for (const { figure, measured, goal, met } of await simulation.run()) {
      if (met === false) missed += 1;
      const verdict = met === null ? '' : met ? '  met' : '  MISSED';
      print(`  ${figure.padEnd(58)} ${measured.padEnd(30)} ${goal}${verdict}`);
    }
  }
  print(
    missed === 0
      ? '\nevery goal is met'
      : `\n${missed === 1 ? '1 goal is' : `${missed} goals are`} missed`,
  );
}
