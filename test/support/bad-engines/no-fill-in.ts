import { badAtGenerating, type BadEngine } from './bad-engine.ts';

/** The model's template has no branch for filling in. */
export function noFillIn(): Promise<BadEngine> {
  return badAtGenerating((response) => {
    response.writeHead(400, { 'content-type': 'application/json; charset=utf-8' });
    response.end('{"error":"registry.ollama.ai/library/x does not support insert"}');
  });
}
