/**
 * The address that Ollama's own clients would use: `OLLAMA_HOST` as `host`, `host:port` or a URL,
 * else the default one. A server that listens on all addresses is asked on the loopback one.
 * Source: ollama's `envconfig.Host`.
 *
 * @param {Record<string, string | undefined>} env
 * @returns {string} an origin without a closing slash
 */
export function ollamaUrl(env) {
  const host = (env.OLLAMA_HOST ?? '').trim().replace(/^["']|["']$/g, '');
  const schemed = /^https?:\/\//.exec(host);
  const url = new URL(schemed ? host : `http://${host || '127.0.0.1'}`);
  const port = url.port || (!schemed ? '11434' : url.protocol === 'https:' ? '443' : '80');
  const name = ['0.0.0.0', '[::]'].includes(url.hostname) ? '127.0.0.1' : url.hostname;
  return new URL(`${url.protocol}//${name}:${port}`).origin;
}
