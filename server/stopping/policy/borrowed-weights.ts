import { createHash } from 'node:crypto';
import type { PolicyWeights } from './model.ts';
import type { WeightsFile } from './weights-file.ts';

/** The form of a file in `weights/` that has thresholds of its own and another model's weights; `bench/transfer` writes it. */
export interface BorrowingFile extends Pick<
  WeightsFile,
  'model' | 'name' | 'digests' | 'engine' | 'presets'
> {
  readonly certified: null;
  /** Whose weights. */
  readonly borrows: {
    readonly model: string;
    /** `policyHash` of those that the thresholds were chosen for. */
    readonly policy: string;
  };
  /** Traces of this model, of problems that the weights were not trained on. */
  readonly chosenOn: {
    readonly traces: number;
    readonly problems: number;
    /** Of the feature files, one after the other. */
    readonly sha256: string;
  };
}

/** SHA-256 over the numbers of a policy: another fit is another hash, even of the same data. */
export function policyHash({ set, features, alive, done }: PolicyWeights): string {
  const numbers = JSON.stringify([set, features, alive, done]);
  return createHash('sha256').update(numbers).digest('hex');
}

/**
 * The lender's weights under the borrower's name and thresholds.
 * @throws Error where the lender is missing, or its weights are not those that the thresholds were chosen for
 */
export function borrowWeights(json: unknown, lenders: readonly WeightsFile[]): WeightsFile {
  const { model, name, digests, engine, presets, certified, borrows, chosenOn } =
    json as BorrowingFile;
  const lender = lenders.find((file) => file.model === borrows.model);
  if (!lender) throw new Error(`${model}: there are no weights of ${borrows.model} to borrow`);
  if (policyHash(lender) !== borrows.policy) {
    throw new Error(`${model}: its thresholds were chosen for other weights of ${borrows.model}`);
  }
  // Numbers alone are lent: nothing that was chosen or certified on the lender's own traces.
  const { set, features, alive, done, trainedOn } = lender;
  const own = { model, name, digests, engine, presets, certified };
  const borrowed = { from: lender.model, traces: chosenOn.traces };
  return { set, features, alive, done, trainedOn, ...own, borrowed };
}
