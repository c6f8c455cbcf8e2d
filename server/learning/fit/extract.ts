import type { StopReason } from '../../../shared/stats.ts';
import { repair } from '../../post-process/repairs.ts';
import type { StopRule, StopSettings } from '../../stopping/controller.ts';
import { isExactMatch, matchOffset } from '../../stopping/match.ts';
import { PATIENT } from '../../stopping/policy/point.ts';
import { readBoundaries, readToken } from '../../stopping/reading/boundary.ts';
import { cursorLine } from '../../stopping/reading/cursor-line.ts';
import { addFeatures, beginFeatures, featureVector } from '../../stopping/reading/features.ts';
import { replay, type Replayed } from '../../stopping/replay.ts';
import { shortstopRule } from '../../stopping/rules/shortstop-rule.ts';
import type { CursorContext, TraceEnd, TraceToken } from '../../stopping/trace.ts';
import type { FeatureRow, FeatureTrace } from './feature-trace.ts';

/** The tokens of a request whose wanted text is known. */
export interface Recorded {
  readonly context: CursorContext;
  readonly tokens: readonly TraceToken[];
  /** `cut`: recording ended before the stream did. */
  readonly end: TraceEnd | 'cut';
  /** What belongs at the cursor. */
  readonly gold: string;
}

/** A stream whose recording was cut short counts as one that ran into the cap. */
function replayed(rule: StopRule, settings: StopSettings, recorded: Recorded): Replayed {
  const end = recorded.end === 'cut' ? 'cap' : recorded.end;
  return replay(rule, recorded.context, settings, recorded.tokens, end);
}

/** What the patient rule makes of it: the reference of everything learned. */
export function replayPatient(recorded: Recorded, maxTokens: number): Replayed {
  return replayed(shortstopRule, { ...PATIENT, maxTokens }, recorded);
}

/** Whether a text, repaired as it would be live, is the one that was wanted. */
function isMatch({ context, gold }: Recorded, text: string, stoppedAt?: StopReason): boolean {
  return isExactMatch(repair(text, context, stoppedAt).text, gold);
}

/** What a rule of ours serves of it, repaired, and at what cost in tokens. */
export function outcomeUnder(rule: StopRule, settings: StopSettings, recorded: Recorded) {
  const { decision, served } = replayed(rule, settings, recorded);
  return { matched: isMatch(recorded, served, decision.reason), tokens: decision.tokens };
}

/** Its features and labels: the text reduced to numbers. */
export function featuresOf(
  recorded: Recorded,
  maxTokens: number,
): Omit<FeatureTrace, 'problem' | 'packageId' | 'lang' | 'baselines'> {
  const { context, tokens, end, gold } = recorded;
  const { decision, served } = replayPatient(recorded, maxTokens);
  let reader = readBoundaries(cursorLine(context));
  let state = beginFeatures(context, reader);
  const rows: FeatureRow[] = [];
  for (const token of tokens.slice(0, decision.tokens)) {
    reader = readToken(reader, token.text).reader;
    state = addFeatures(state, token);
    const features = featureVector(state, reader, 'full');
    rows.push({ features, done: isMatch(recorded, reader.text) });
  }
  return {
    kind: context.kind,
    complete: end !== 'cut',
    ...(end === 'cut' && { decided: decision.reason !== 'cap' }),
    rows,
    matched: isMatch(recorded, served, decision.reason),
    tokens: decision.tokens,
    reachable: matchOffset(tokens.map(({ text }) => text).join(''), gold) !== null,
  };
}
