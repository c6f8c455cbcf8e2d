import type { TreeModel, TreeNode } from '../../stopping/policy/model.ts';
import { seededRandom } from '../random.ts';
import type { Sample } from './logistic.ts';

export interface TreeOptions {
  readonly trees: number;
  readonly depth: number;
  readonly rate: number;
  /** Share of the samples that each tree sees. */
  readonly subsample: number;
  /** Share of the features that each tree may split on. */
  readonly featureShare: number;
  /** The least weight of a leaf. */
  readonly minLeaf: number;
  /** Added to a leaf's curvature. */
  readonly penalty: number;
  readonly seed: number;
}

const BINS = 32;

/** Split points per feature: quantiles of its values, without repeats. */
function binEdges(samples: readonly Sample[]): number[][] {
  const width = samples[0]?.features.length ?? 0;
  return Array.from({ length: width }, (_, feature) => {
    const values = samples.map((sample) => sample.features[feature] ?? 0).sort((a, b) => a - b);
    const edges = new Set<number>();
    for (let bin = 1; bin < BINS; bin += 1) {
      edges.add(values[Math.floor((bin * (values.length - 1)) / BINS)] ?? 0);
    }
    edges.delete(values.at(-1) ?? 0);
    return [...edges].sort((a, b) => a - b);
  });
}

function binOf(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (edges[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Grown {
  readonly bins: readonly Uint8Array[];
  readonly edges: readonly number[][];
  readonly gradients: Float64Array;
  readonly curves: Float64Array;
  readonly weights: readonly number[];
  readonly features: readonly number[];
  readonly options: TreeOptions;
}

interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
}

function bestSplit(grown: Grown, members: readonly number[]): Split | null {
  const { bins, edges, gradients, curves, weights, features, options } = grown;
  const score = (g: number, h: number) => (g * g) / (h + options.penalty);
  let best: Split | null = null;
  for (const feature of features) {
    const count = (edges[feature]?.length ?? 0) + 1;
    const g = new Float64Array(count);
    const h = new Float64Array(count);
    const w = new Float64Array(count);
    const column = bins[feature];
    if (count < 2 || !column) continue;
    for (const i of members) {
      const bin = column[i] ?? 0;
      g[bin] = (g[bin] ?? 0) + (gradients[i] ?? 0);
      h[bin] = (h[bin] ?? 0) + (curves[i] ?? 0);
      w[bin] = (w[bin] ?? 0) + (weights[i] ?? 0);
    }
    const total = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0);
    const [allG, allH, allW] = [total(g), total(h), total(w)];
    let [leftG, leftH, leftW] = [0, 0, 0];
    for (let bin = 0; bin < count - 1; bin += 1) {
      leftG += g[bin] ?? 0;
      leftH += h[bin] ?? 0;
      leftW += w[bin] ?? 0;
      if (leftW < options.minLeaf || allW - leftW < options.minLeaf) continue;
      const gain = score(leftG, leftH) + score(allG - leftG, allH - leftH) - score(allG, allH);
      if (gain > (best?.gain ?? 1e-12)) best = { gain, feature, bin };
    }
  }
  return best;
}

function grow(grown: Grown, members: readonly number[], depth: number): TreeNode {
  const { bins, edges, gradients, curves, options } = grown;
  const split = depth < options.depth ? bestSplit(grown, members) : null;
  if (!split) {
    let [g, h] = [0, 0];
    for (const i of members) {
      g += gradients[i] ?? 0;
      h += curves[i] ?? 0;
    }
    return { value: (-options.rate * g) / (h + options.penalty) };
  }
  const goesLeft = (i: number) => (bins[split.feature]?.[i] ?? 0) <= split.bin;
  return {
    feature: split.feature,
    at: edges[split.feature]?.[split.bin] ?? 0,
    left: grow(grown, members.filter(goesLeft), depth + 1),
    right: grow(
      grown,
      members.filter((i) => !goesLeft(i)),
      depth + 1,
    ),
  };
}

function valueAt(tree: TreeNode, features: readonly number[]): number {
  let node = tree;
  while (!('value' in node)) {
    node = (features[node.feature] ?? 0) <= node.at ? node.left : node.right;
  }
  return node.value;
}

/**
 * Gradient boosting of small trees under logistic loss with Newton leaves (Friedman 2001; gain and
 * leaves as Chen & Guestrin 2016, eq. 5 and 7), on quantile bins, each tree on a random part of
 * samples and features.
 */
export function fitTrees(samples: readonly Sample[], options: TreeOptions): TreeModel {
  const random = seededRandom(options.seed);
  const edges = binEdges(samples);
  const bins = edges.map((own, feature) =>
    Uint8Array.from(samples, (sample) => binOf(own, sample.features[feature] ?? 0)),
  );
  const weights = samples.map(({ weight }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const positive = samples.reduce((sum, { label, weight }) => sum + (label ? weight : 0), 0);
  const share = Math.min(Math.max(positive / total, 1e-6), 1 - 1e-6);
  const bias = Math.log(share / (1 - share));
  const scores = new Float64Array(samples.length).fill(bias);
  const gradients = new Float64Array(samples.length);
  const curves = new Float64Array(samples.length);
  const trees: TreeNode[] = [];
  for (let round = 0; round < options.trees; round += 1) {
    samples.forEach(({ label, weight }, i) => {
      const p = 1 / (1 + Math.exp(-(scores[i] ?? 0)));
      gradients[i] = weight * (p - Number(label));
      curves[i] = weight * p * (1 - p);
    });
    const members: number[] = [];
    for (let i = 0; i < samples.length; i += 1) if (random() < options.subsample) members.push(i);
    const features = edges.map((_, i) => i).filter(() => random() < options.featureShare);
    const tree = grow({ bins, edges, gradients, curves, weights, features, options }, members, 0);
    trees.push(tree);
    samples.forEach(({ features: own }, i) => (scores[i] = (scores[i] ?? 0) + valueAt(tree, own)));
  }
  return { kind: 'trees', bias, trees };
}
