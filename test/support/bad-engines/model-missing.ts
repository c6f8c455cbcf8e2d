import { badAtGenerating, type BadEngine } from './bad-engine.ts';

/** The model was deleted between the listing and the request. */
export function modelMissing(): Promise<BadEngine> {
  return badAtGenerating((response) => {
    response.writeHead(404, { 'content-type': 'application/json; charset=utf-8' });
    response.end('{"error":"model \'qwen2.5-coder:0.5b\' not found"}');
  });
}
