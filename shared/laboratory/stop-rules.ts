import type { Preset } from '../settings.ts';
import file from './stop-rules.json' with { type: 'json' };

/** A mean or a share of the laboratory with its 95 % interval: value, low, high. */
export type Measured = readonly number[];

/** What a stop rule came to. */
export interface MeasuredRule {
  /** A request. */
  readonly tokens: Measured;
  /** Percent of requests. */
  readonly matches: Measured;
}

/** What the laboratory measured of one model: the figures of the page that `source` names. */
export interface MeasuredModel {
  readonly model: string;
  /** What was completed, in words. */
  readonly of: string;
  readonly engine: string;
  readonly date: string;
  readonly source: string;
  /** The share of the tokens of no early stopping that `balanced` avoids. */
  readonly lessThanNoStopping: number;
  readonly rules: Readonly<Record<'first newline' | Exclude<Preset, 'custom'>, MeasuredRule>>;
}

export const MEASURED_MODELS: readonly MeasuredModel[] = file.models;

/** Undefined for a model that the laboratory has not measured. */
export function measuredModel(model: string): MeasuredModel | undefined {
  return MEASURED_MODELS.find((each) => each.model === model);
}
