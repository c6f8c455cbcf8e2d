import { badAtGenerating, startStream, tokenLine, type BadEngine } from './bad-engine.ts';

/** Ollama's own guard: after more than 30 equal blank chunks it ends the stream with no last line. */
export function blankRun(): Promise<BadEngine> {
  return badAtGenerating((response) => {
    startStream(response);
    response.end(tokenLine('x') + tokenLine('\n').repeat(31));
  });
}
