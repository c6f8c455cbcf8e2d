import type { Preset } from '../../../shared/settings.ts';

/** Presets with thresholds of their own, the safest first: under `custom` nothing can be certified beforehand. */
export const OWN_PRESETS = ['faithful', 'balanced', 'saver'] as const satisfies readonly Preset[];
export type OwnPreset = (typeof OWN_PRESETS)[number];

/** What was shown of one preset on traces that neither its weights nor its thresholds came from. */
export interface PresetCertificate {
  /** The largest share of lost matches that passes, in (0, 1). */
  readonly alpha: number;
  /** The probability, at most, that a point above `alpha` is certified; in (0, 1). */
  readonly delta: number;
  /** Matches of the reference, one a file. */
  readonly n: number;
  /** Of them, those that the preset lost. */
  readonly k: number;
  /** In words. */
  readonly population: string;
  /** `sha256:` and 64 hex digits. */
  readonly modelDigest: string;
  /** Name and version; it holds for the name. */
  readonly engine: string;
  /** SHA-256 of the calibration's feature files, one after the other. */
  readonly calibration: string;
  /** `alpha`, `n` and `k` take files for independent. What holds of the same point where a package's may go wrong together. */
  readonly byPackage?: PackageClaim;
  /** Of the same point; absent where no language or kind of place had enough matches. All of this holds together with confidence 1 - delta. */
  readonly strata?: readonly StratumClaim[];
}

/** What holds of a preset's point in one language, or at one kind of place. */
export interface StratumClaim {
  readonly by: 'language' | 'kind';
  /** A language's id, or a context kind. */
  readonly name: string;
  /** The largest share of its lost matches that passes, in (0, 1). */
  readonly alpha: number;
  /** Matches of the reference, one a file. */
  readonly n: number;
  readonly k: number;
}

/** Where a request is made. */
export interface Place {
  readonly kind: string;
  readonly languageId: string;
}

/** Of the mean over packages of the share of matches lost in each. */
export interface PackageClaim {
  readonly packages: number;
  /** The smallest level tested that holds, in (0, 1); null where none does. */
  readonly alpha: number | null;
}

/** By preset; null where nothing is certified. */
export type PresetCertificates = Readonly<Record<OwnPreset, PresetCertificate | null>>;

/** Reference matches that a calibration has, one a file, and those that it needs. */
export interface Labels {
  readonly have: number;
  /** With so many a point that loses none is certified at 10 %. */
  readonly needed: number;
}

/** Why there is no certificate. */
export interface Doubt {
  /** There was one, of what rule or repairs answered before. */
  readonly answersChanged?: boolean;
  /** Definitions of other files stand in the prompt; the traces of the certificate had none. */
  readonly otherFiles?: boolean;
  /** Of the calibration that gave none. */
  readonly labels?: Labels;
}

/**
 * What is certified, for people: a claim and, in a sentence of its own, what it was tested on.
 * @param place of the strata it tells of those that a request there is of; without it, of all
 */
export function certificateInWords(
  certificate: PresetCertificate | null,
  { answersChanged = false, otherFiles = false, labels }: Doubt = {},
  place: Place | null = null,
): string {
  if (!certificate) {
    if (otherFiles) return 'not certified: definitions of other files are in the prompt';
    if (answersChanged) return 'not certified: the answers changed since';
    return labels ? uncertifiedInWords(labels) : 'not certified';
  }
  const { alpha, delta, n, k, population, byPackage } = certificate;
  const together = byPackage ? `; ${packagesInWords(byPackage)}` : '';
  const strata = strataInWords(certificate, place);
  return `certified: at most ${percent(alpha)} % of the reference's matches lost (${percent(1 - delta)} % confidence). Tested on ${population}, ${k} of ${n} lost${together}${strata}`;
}

function strataInWords({ strata }: PresetCertificate, place: Place | null): string {
  if (!strata) return '';
  const here = ({ by, name }: StratumClaim) =>
    place === null || name === (by === 'language' ? place.languageId : place.kind);
  const told = strata.filter(here).map(({ by, name, alpha, k, n }) => {
    const of = by === 'language' ? name : `the place ${name}`;
    return `; for ${of} by itself: at most ${percent(alpha)} % (${k} of ${n})`;
  });
  if (told.length > 0) return told.join('');
  return place === null
    ? '; for no language and kind of place by itself'
    : `; not for ${place.languageId} or the place ${place.kind} by itself`;
}

/** Why a calibration gave no certificate, for people. */
export function uncertifiedInWords({ have, needed }: Labels): string {
  return have < needed
    ? `not certified yet: ${have} of ${needed} labels`
    : `not certified: too many of ${have} matches lost`;
}

function packagesInWords({ packages, alpha }: PackageClaim): string {
  const bound = alpha === null ? 'nothing is certified' : `at most ${percent(alpha)} %`;
  return `if files of one package go wrong together, ${bound} (${packages} packages)`;
}

/** Without the digits that a binary fraction adds. */
function percent(share: number): number {
  return Number((100 * share).toPrecision(6));
}

/** A certificate holds for the engine that its traces were recorded on, in whatever version. */
export function sameEngine(recordedOn: string, name: string | undefined): boolean {
  return recordedOn.split(' ')[0] === name;
}
