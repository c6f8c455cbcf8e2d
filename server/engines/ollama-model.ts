import type { ModelResponse, ShowResponse } from 'ollama';
import type { EngineModel } from './engine.ts';

/** Of `/api/show`, as it really comes: the package's types lag behind. */
interface Shown {
  readonly model_info?: Readonly<Record<string, unknown>>;
  readonly capabilities?: readonly string[];
  readonly remote_host?: string;
}

/** Ollama adds `:latest` to a name without a tag. */
export function sameModel(listed: string, asked: string): boolean {
  return listed === asked || listed === `${asked}:latest`;
}

export function engineModel(listed: ModelResponse, show: ShowResponse): EngineModel {
  const { model_info: info = {}, capabilities = [], remote_host: host } = show as unknown as Shown;
  const length = info[`${String(info['general.architecture'])}.context_length`];
  return {
    name: listed.name,
    digest: `sha256:${listed.digest.replace(/^sha256:/, '')}`,
    bytes: listed.size,
    family: listed.details.family,
    quantisation: listed.details.quantization_level,
    insert: capabilities.includes('insert'),
    chat: capabilities.includes('completion'),
    contextLength: typeof length === 'number' ? length : 0,
    ...(host !== undefined && host !== '' && { remoteHost: host }),
  };
}
