import type { FeatureSet } from '../reading/features.ts';

/** A regularised logistic regression over standardised features. */
export interface LogisticModel {
  readonly kind: 'logistic';
  /** Per feature; the bias stands alone. */
  readonly means: readonly number[];
  readonly scales: readonly number[];
  readonly weights: readonly number[];
  readonly bias: number;
}

/** A node splits (`feature` at or below `at` goes left) or is a leaf with a `value` in log-odds. */
export type TreeNode =
  | { readonly value: number }
  | {
      readonly feature: number;
      readonly at: number;
      readonly left: TreeNode;
      readonly right: TreeNode;
    };

/** A sum of small trees, in log-odds. */
export interface TreeModel {
  readonly kind: 'trees';
  readonly bias: number;
  readonly trees: readonly TreeNode[];
}

/** The mean, in log-odds, of several models. */
export interface MeanModel {
  readonly kind: 'mean';
  readonly models: readonly (LogisticModel | TreeModel)[];
}

export type Model = LogisticModel | TreeModel | MeanModel;

function leafOf(tree: TreeNode, features: readonly number[]): number {
  let node = tree;
  while (!('value' in node)) {
    node = (features[node.feature] ?? 0) <= node.at ? node.left : node.right;
  }
  return node.value;
}

/** Log-odds. */
export function scoreOf(model: Model, features: readonly number[]): number {
  switch (model.kind) {
    case 'logistic': {
      let score = model.bias;
      for (let i = 0; i < model.weights.length; i += 1) {
        const centred = (features[i] ?? 0) - (model.means[i] ?? 0);
        score += ((model.weights[i] ?? 0) * centred) / (model.scales[i] ?? 1);
      }
      return score;
    }
    case 'trees':
      return model.trees.reduce((sum, tree) => sum + leafOf(tree, features), model.bias);
    case 'mean':
      return (
        model.models.reduce((sum, part) => sum + scoreOf(part, features), 0) / model.models.length
      );
  }
}

export function probabilityOf(model: Model, features: readonly number[]): number {
  return 1 / (1 + Math.exp(-scoreOf(model, features)));
}

/** How many tokens there will be until the patient rule decides. */
export interface TokensLeft {
  /** The number as a share of `most`: fitted on shares as labels. */
  readonly model: Model;
  /** Tokens. */
  readonly most: number;
}

/** Expected tokens until the patient rule decides, from those that came already. */
export function tokensLeft({ model, most }: TokensLeft, features: readonly number[]): number {
  return most * probabilityOf(model, features);
}

/** More are never expected: of a model without trees what it always expects, else `most`. */
export function mostTokensLeft(left: TokensLeft): number {
  const { model, most } = left;
  return model.kind === 'trees' && model.trees.length === 0 ? tokensLeft(left, []) : most;
}

/** What ships: plain numbers, and what they were learned from. */
export interface PolicyWeights {
  readonly set: FeatureSet;
  readonly features: readonly string[];
  /** That what is served in the end, if nothing gives up, will be what is wanted. */
  readonly alive: Model;
  /** That the text as it stands is what is wanted. */
  readonly done: Model;
  /** Only the cost-aware form needs it. */
  readonly left?: TokensLeft;
}
