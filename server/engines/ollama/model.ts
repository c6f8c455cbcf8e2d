import type { EngineModel } from '../engine.ts';
import type { ListedModel, ShownModel } from './answers.ts';

/**
 * Whether two names are of one model, as Ollama reads them: `:latest` is the tag where none is given,
 * its own registry and the namespace `library` may be left out, and case does not matter
 * (types/model/name.go, `ParseName` and `EqualFold`).
 */
export function sameModel(listed: string, asked: string): boolean {
  return completeName(listed) === completeName(asked);
}

/** The same for all names of one model. */
export function completeName(name: string): string {
  const short = name
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^registry\.ollama\.ai\//, '')
    .replace(/^library\//, '');
  return short.slice(short.lastIndexOf('/') + 1).includes(':') ? short : `${short}:latest`;
}

export function engineModel(listed: ListedModel, show: ShownModel): EngineModel {
  const info = show.model_info ?? {};
  const capabilities = show.capabilities ?? [];
  const remoteHost = remoteHostOf(listed, show);
  const length = info[`${String(info['general.architecture'])}.context_length`];
  return {
    name: listed.name,
    digest: digestOf(listed),
    bytes: listed.size,
    family: listed.details?.family ?? '',
    quantisation: listed.details?.quantization_level ?? '',
    insert: capabilities.includes('insert'),
    chat: capabilities.includes('completion'),
    contextLength: typeof length === 'number' ? length : 0,
    ...(remoteHost !== null && { remoteHost }),
  };
}

/** A name with this tag is sent on whatever a look-up says (internal/modelref of Ollama 0.32). */
const SENT_ON = /:(.*-)?cloud$/i;

/** Host and port of the machine that the model really runs on; null for the engine's own. */
function remoteHostOf(listed: ListedModel, show: ShownModel): string | null {
  const told = show.remote_host ?? listed.remote_host ?? '';
  const remote = told === '' && SENT_ON.test(listed.name) ? 'https://ollama.com' : told;
  if (remote === '') return null;
  const host = URL.canParse(remote) ? new URL(remote).host : '';
  return host || remote.replace(/[^\w.:-]/g, '');
}

/** `sha256:` and 64 hex digits, whichever of the two ways the server writes it. */
export function digestOf({ digest }: ListedModel): string {
  return `sha256:${digest.replace(/^sha256:/, '')}`;
}
