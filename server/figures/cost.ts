import type { Cost, EnergyMeterName } from '../../shared/stats.ts';
import type { CostTotals, WindowRows } from './rows.ts';

/** Assumed of a CPU package under load, for instance a laptop's. */
export const CPU_WATTS = 30;
/** Measured above idle on one NVIDIA H200 with a model of 0.5B: 0.12 J a token at 3.3 ms. */
export const GPU_WATTS = 37;

/** What measured, in words. */
const METERS: Readonly<Record<EnergyMeterName, string>> = {
  rapl: 'the CPU packages as a whole, by RAPL',
  'nvidia-smi': 'the GPUs as a whole, by nvidia-smi',
  battery: 'the machine as a whole, by its battery',
};

/** Prompt characters a token, until the engine has counted any. */
const CHARACTERS_A_TOKEN = 3;

/** Time, prompt tokens and energy of the requests whose cost was recorded; each says whether it was measured. */
export function costOf({ costs }: Pick<WindowRows, 'costs'>): Cost {
  const sum = (of: (row: CostTotals) => number) => costs.reduce((all, row) => all + of(row), 0);
  const counted = sum((row) => row.promptTokens);
  const perToken = counted > 0 ? sum((row) => row.countedChars) / counted : CHARACTERS_A_TOKEN;
  const engineMs = sum((row) => row.engineMs);
  const energy = costs.map(energyOf);
  const joules = energy.reduce((all, each) => all + each.joules, 0);
  return {
    requests: sum((row) => row.n),
    engineMs,
    watts: engineMs > 0 ? joules / (engineMs / 1000) : null,
    promptTokens: {
      counted,
      estimated: Math.round(sum((row) => row.promptChars - row.countedChars) / perToken),
      countedRequests: sum((row) => row.counted),
    },
    energy,
  };
}

function energyOf({ meter, onGpu, n, engineMs, joules }: CostTotals): Cost['energy'][number] {
  if (meter !== null) return { how: 'measured', by: METERS[meter], joules, n };
  const watts = onGpu === 1 ? GPU_WATTS : CPU_WATTS;
  return {
    how: 'estimated',
    by: `${watts} W of a ${onGpu === 1 ? 'GPU' : 'CPU'}`,
    joules: (engineMs / 1000) * watts,
    n,
  };
}
