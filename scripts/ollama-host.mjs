/**
 * The address that Ollama's own clients would use: `OLLAMA_HOST` as `host`, `host:port`, `:port`, an
 * IPv6 address with or without brackets, or a URL, each also with a path; else the default one. A port
 * that is none counts as left out. A server that listens on all addresses is asked on the loopback one.
 * Source: ollama's `envconfig.Host`.
 *
 * @param {Record<string, string | undefined>} env
 * @returns {string} an address without a closing slash
 */
export function ollamaUrl(env) {
  const value = (env.OLLAMA_HOST ?? '').trim().replace(/^["']+|["']+$/g, '');
  if (value === 'ollama.com') return 'https://ollama.com';
  const [, scheme, place = '', path = ''] = /^(?:(\w+):\/\/)?([^/]*)(.*)$/.exec(value) ?? [];
  const [, login = '', hostAndPort = ''] = /^(.*@)?(.*)$/.exec(place) ?? [];
  const { host, port } = split(hostAndPort);
  const usual = scheme === 'https' ? 443 : scheme === 'http' ? 80 : 11434;
  const name = ['', '0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  const bracketed = name.includes(':') ? `[${name}]` : name;
  const address = `${scheme ?? 'http'}://${login}${bracketed}:${isPort(port) ? port : usual}${path}`;
  return (URL.canParse(address) ? new URL(address).href : address).replace(/\/+$/, '');
}

/**
 * @param {string} text
 * @returns {{ host: string, port: string }} both without brackets; the port empty where there is none
 */
function split(text) {
  const [, bracketed, plain, port = ''] = /^(?:\[(.*)\]|([^:]*))(?::([^:]*))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  // Several colons and no brackets: an IPv6 address.
  return host === undefined ? { host: text, port: '' } : { host, port };
}

/** @param {string} text */
function isPort(text) {
  return /^\d+$/.test(text) && Number(text) <= 65_535;
}
