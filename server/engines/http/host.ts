import { BlockList, isIP } from 'node:net';
import { EngineError } from '../engine.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** 127.0.0.0/8 (written as IPv6, too) or ::1. */
export function isLoopbackAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && LOOPBACK.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/**
 * A loopback address, or a name that is reserved for one (RFC 6761): where it leads is looked up when
 * it is connected to.
 */
export function isLoopback(hostname: string): boolean {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  return host === 'localhost' || host.endsWith('.localhost') || isLoopbackAddress(host);
}

/** The address as it may be shown and logged: without a password, or anything else that is secret in it. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:/i.test(url)) return url.replace(/^(\w+:\/\/)?.*@/, '$1');
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

/** Whether the user has allowed `host` (with its port, if it has one) by name, with or without a port. */
export function isConfirmed(host: string, allowedHosts: readonly string[]): boolean {
  const names = [host, host.replace(/:\d+$/, '')];
  return allowedHosts.some((allowed) => names.includes(allowed.toLowerCase()));
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
  if (!loopback && !isConfirmed(parsed.host, allowedHosts)) {
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
