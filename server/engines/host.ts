import { isIP } from 'node:net';
import { EngineError } from './engine.ts';

/** `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  return isIP(host) === 4 ? host.startsWith('127.') : host === '::1';
}

/** The address as it may be shown and logged: without a password, or anything else that is secret in it. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url.replace(/\/\/.*@/, '//');
  const { username, password, search, hash, origin, pathname } = new URL(url);
  if (`${username}${password}${search}${hash}` === '') return url;
  return `${origin}${pathname}`.replace(/\/$/, '');
}

/** The Authorization header for the name and password in an address; undefined where it has none. */
export function authorizationIn(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { username, password } = new URL(url);
  if (username === '' && password === '') return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/**
 * Code goes only to loopback, or to a host that the user confirmed by name (`host` or `host:port`).
 * @returns the address without credentials and a trailing slash
 * @throws EngineError `remote-not-allowed`, `not-an-engine`
 */
export function admittedUrl(
  url: string,
  allowedHosts: readonly string[],
  authorization?: string,
): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new EngineError(
      'not-an-engine',
      `${shownUrl(url)} is no http:// or https:// address; correct the setting shortstop.engine.url.`,
    );
  }
  const loopback = isLoopback(parsed.hostname);
  const confirmed = allowedHosts.some((host) =>
    [parsed.hostname, parsed.host].includes(host.toLowerCase()),
  );
  if (!loopback && !confirmed) {
    throw new EngineError(
      'remote-not-allowed',
      `${parsed.host} is not this machine; add it to shortstop.engine.allowedHosts if your code may go there.`,
    );
  }
  if (authorization !== undefined && !loopback && parsed.protocol !== 'https:') {
    throw new EngineError(
      'remote-not-allowed',
      `The authorisation for ${parsed.host} may not go over plain http; use an https:// address in shortstop.engine.url.`,
    );
  }
  return `${parsed.origin}${parsed.pathname}`.replace(/\/$/, '');
}
