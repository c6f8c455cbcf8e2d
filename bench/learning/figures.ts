import { z } from 'zod';
import { BOLDNESSES, boldnessOf } from '../../server/learning/hedge/policies.ts';

const requestRow = z.object({
  episode_id: z.string(),
  at: z.number(),
  first: z.number(),
  ended: z.string(),
  tokens_at_stop: z.number(),
  offered: z.number(),
  tau_alive: z.number().nullable(),
});
const episodeRow = z.object({
  id: z.string(),
  exact_match: z.number().nullable(),
  accepts: z.number(),
  accepted_chars: z.number(),
});
/** Of what `shortstop/export` writes. */
export const exportSchema = z.object({
  tables: z.object({ requests: z.array(requestRow), episodes: z.array(episodeRow) }),
});
export type Rows = z.infer<typeof exportSchema>['tables'];

/** So many places that one scripted person wrote at, one after the other. */
export interface Stage {
  readonly taste: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
  /** Characters that were kept. */
  readonly kept: number;
  /** By the learner's state at its end; null before its first label. */
  readonly boldness: number | null;
}

/** Of one stage, from the database. */
export interface StageFigures extends Stage {
  readonly requests: number;
  /** Up to their stop, a request. */
  readonly tokens: number;
  readonly offered: number;
  /** Exact matches by request, whether anything was offered or not; a share. */
  readonly em: number;
  /** Characters that came by accepting, less one key an accept, by characters that were kept; a share. */
  readonly keystrokesSaved: number;
  /** Mean of those in force. */
  readonly tauAlive: number;
}

export function figuresOf({ requests, episodes }: Rows, stages: readonly Stage[]): StageFigures[] {
  const byId = new Map(episodes.map((episode) => [episode.id, episode]));
  return stages.map((stage) => {
    const own = requests.filter(
      ({ first, ended, at }) =>
        first === 1 && ended === 'stopped' && at >= stage.from && at < stage.until,
    );
    const settled = own.flatMap(({ episode_id: id }) => byId.get(id) ?? []);
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / Math.max(1, own.length);
    const saved = settled.reduce((sum, one) => sum + one.accepted_chars - one.accepts, 0);
    return {
      ...stage,
      requests: own.length,
      tokens: mean(own.map((request) => request.tokens_at_stop)),
      offered: mean(own.map((request) => request.offered)),
      em: mean(settled.map(({ exact_match: exact }) => exact ?? 0)),
      keystrokesSaved: saved / Math.max(1, stage.kept),
      tauAlive: mean(own.map((request) => request.tau_alive ?? 0)),
    };
  });
}

const learnedSchema = z.object({
  learners: z.array(z.object({ id: z.string(), state: z.unknown() })),
});
const hedgeSchema = z.object({
  models: z.record(
    z.string(),
    z.object({ presets: z.object({ balanced: z.array(z.number()).length(BOLDNESSES.length) }) }),
  ),
});

/** Of what `shortstop/exportLearning` gave: the boldness of the preset balanced; null before the first label. */
export function boldnessIn(text: string): number | null {
  const { learners } = learnedSchema.parse(JSON.parse(text));
  const hedge = learners.find(({ id }) => id === 'hedge');
  const [model] = Object.values(hedgeSchema.parse(hedge?.state).models);
  return model ? boldnessOf(model.presets.balanced) : null;
}
