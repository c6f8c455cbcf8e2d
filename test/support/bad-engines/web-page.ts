import { badEngine, type BadEngine } from './bad-engine.ts';

/** Some other web server: a page for every address. */
export function webPage(): Promise<BadEngine> {
  return badEngine((response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<!doctype html><title>Router</title><p>Welcome to your router.');
  });
}
