import { badEngine, type BadEngine } from './bad-engine.ts';

/** A proxy before the engine that asks for a login. */
export function wantsLogin(): Promise<BadEngine> {
  return badEngine((response) => {
    response.writeHead(401, { 'content-type': 'text/plain' });
    response.end('authorisation required');
  });
}
