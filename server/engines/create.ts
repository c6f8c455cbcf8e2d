import { EmbeddedEngine } from './embedded/embedded.ts';
import type { Engine } from './engine.ts';
import { AUTHORIZATION_VARIABLE, OllamaEngine } from './ollama/ollama.ts';

export interface EngineOptions {
  readonly kind: 'ollama' | 'embedded';
  /** Of Ollama. */
  readonly url: string;
  /** Hosts beside loopback that the user has confirmed by name. */
  readonly allowedHosts: readonly string[];
  /** In Ollama's notation, for instance `30m`. */
  readonly keepAlive: string;
  /** Where the embedded engine's GGUF files are; by default the user's cache folder. */
  readonly modelsDir?: string;
}

/** The Authorization header for a remote Ollama comes from the environment. */
export function createEngine(options: EngineOptions): Engine {
  if (options.kind === 'embedded') {
    return new EmbeddedEngine({
      ...(options.modelsDir !== undefined && { modelsDir: options.modelsDir }),
    });
  }
  const authorization = process.env[AUTHORIZATION_VARIABLE];
  return new OllamaEngine({
    url: options.url,
    allowedHosts: options.allowedHosts,
    keepAlive: options.keepAlive,
    ...(authorization !== undefined && authorization !== '' && { authorization }),
  });
}
