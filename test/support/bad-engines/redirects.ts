import { badEngine, type BadEngine } from './bad-engine.ts';

/** Sends whoever asks on to another host. */
export function redirects(to: string): Promise<BadEngine> {
  return badEngine((response, request) => {
    response.writeHead(307, { location: `${to}${request.url ?? ''}` });
    response.end();
  });
}
