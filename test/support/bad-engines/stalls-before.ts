import { badAtGenerating, type BadEngine } from './bad-engine.ts';

/** Takes the request and never answers. */
export function stallsBeforeFirstChunk(): Promise<BadEngine> {
  return badAtGenerating(() => undefined);
}
