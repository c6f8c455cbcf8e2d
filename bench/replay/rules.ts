import type { StopRule } from '../../server/stopping/controller.ts';
import { firstNewlineRule } from '../../server/stopping/rules/first-newline.ts';
import { continueRule } from '../peers/rules/continue.ts';
import { codyRule } from '../peers/rules/cody.ts';
import { copilotRule } from '../peers/rules/copilot.ts';
import { tabbyRule } from '../peers/rules/tabby.ts';
import { twinnyRule } from '../peers/rules/twinny.ts';
import { infillSampler } from '../peers/rules/infill-sampler.ts';
import { fixedLength } from '../peers/rules/fixed-length.ts';
import { noStop } from '../../server/stopping/rules/no-stop.ts';
import { OWN_PRESETS, type OwnPreset } from '../../server/stopping/policy/certificate.ts';
import { FREE } from '../../server/stopping/policy/alternatives.ts';
import { chooseRule } from '../../server/stopping/policy/choose-rule.ts';
import { PRESET_POINTS } from '../../server/stopping/policy/presets.ts';
import { shortstopRule } from '../../server/stopping/rules/shortstop-rule.ts';
import { weightsFor } from '../../server/stopping/policy/weights.ts';
import { cutOverlap } from '../peers/rules/overlap.ts';
import { simpleRule } from '../peers/rules/simple.ts';
import { repair } from '../../server/post-process/repairs.ts';
import { measure } from './measure.ts';
import { oracleCausal, oracleClairvoyant } from './oracles.ts';
import type { RecordedTrace } from '../traces.ts';
import { replay, type Candidate } from './run.ts';
import { REPLAY_SETTINGS } from './settings.ts';

/** The 0.5B model on two cores (docs/laboratory.md), for peers whose rules look at a clock. */
const CPU_PACE = { firstTokenMs: 562, msPerToken: 42 };

const always = (rule: StopRule): Candidate => ({ id: rule.id, ruleFor: () => rule });

/** A rule under one of our presets, repaired as the daemon repairs it. */
function withPreset<State>(id: string, rule: StopRule<State>, preset: OwnPreset): StopRule<State> {
  return {
    ...rule,
    id,
    trim: (text, context, reason) => repair(text, context, reason).text,
    begin: (context, settings) => rule.begin(context, { ...settings, ...PRESET_POINTS[preset] }),
  };
}

/**
 * What the daemon runs under a preset for the model that a trace is of: learned where weights ship for it, as
 * on an engine whose alternatives are free where the trace holds them.
 */
function asShipped(preset: OwnPreset): Candidate {
  const id = `shortstop-${preset}`;
  return {
    id,
    ruleFor: ({ model, tokens }) => {
      const { rule } = chooseRule({
        weights: weightsFor({ name: model, digest: '' }),
        logprobs: tokens.every(({ logprob }) => logprob !== null),
        ...(tokens.every(({ alternatives }) => alternatives) && { costs: FREE }),
        settings: { ...REPLAY_SETTINGS, preset },
        patient: false,
      });
      return withPreset(id, rule, preset);
    },
  };
}

/** The fixed length of highest EM on these very traces: hindsight in its favour. */
export function bestFixedLength(traces: readonly RecordedTrace[]): {
  readonly candidate: Candidate;
  readonly length: number;
} {
  let best = { length: 1, em: -1 };
  for (let length = 1; length <= 32; length += 1) {
    const run = replay(always(fixedLength(length)), traces, REPLAY_SETTINGS);
    const em = measure(traces, run, run).em ?? 0;
    if (em > best.em) best = { length, em };
  }
  const rule = fixedLength(best.length);
  return { length: best.length, candidate: { id: 'fixed-N', ruleFor: () => rule } };
}

/** Every rule that the replay compares, in the order of its table. */
export function candidates(traces: readonly RecordedTrace[]): Candidate[] {
  return [
    ...OWN_PRESETS.map(asShipped),
    ...OWN_PRESETS.map((preset) =>
      always(withPreset(`confidence-${preset}`, shortstopRule, preset)),
    ),
    ...[32, 64, 128].map((cap) => always(noStop(cap))),
    bestFixedLength(traces).candidate,
    always({ ...firstNewlineRule, trim: cutOverlap }),
    always(infillSampler),
    always(continueRule(CPU_PACE)),
    always(twinnyRule),
    always(tabbyRule),
    always(codyRule),
    always(copilotRule),
    always(simpleRule()),
    oracleCausal,
    oracleClairvoyant,
  ];
}

/** Rules that the table shows beside the published ids, to see what one of a peer's parts does. */
export const VARIANTS: readonly Candidate[] = [always(continueRule(null))];

/** Oracles know the gold text, so none of them can be the reference. */
export const mayBeReference = (id: string): boolean => !id.startsWith('oracle-');
