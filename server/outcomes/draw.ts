/** What is drawn for an episode before its first request reaches the engine. */
export interface Drawn {
  readonly control: boolean;
  readonly controlRate: number;
  readonly withheld: boolean;
  readonly withheldRate: number;
  /** Uniform in [0, 1), independent of both. */
  readonly chance: number;
}

/**
 * Cuts [0, 1) into control, withheld and neither, and says where in its piece the draw fell.
 * @param drawn uniform in [0, 1)
 * @param withheld where it and the control rate are more than 1 together, what the control rate leaves
 */
export function drawEpisode(drawn: number, controlRate: number, withheld: number): Drawn {
  const withheldRate = Math.min(withheld, 1 - controlRate);
  const rates = { controlRate, withheldRate };
  if (drawn < controlRate) {
    return { ...rates, control: true, withheld: false, chance: drawn / controlRate };
  }
  const left = drawn - controlRate;
  if (left < withheldRate) {
    return { ...rates, control: false, withheld: true, chance: left / withheldRate };
  }
  const neither = 1 - controlRate - withheldRate;
  const chance = (left - withheldRate) / neither;
  return { ...rates, control: false, withheld: false, chance };
}
