import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ollamaUrl } from '../../scripts/ollama-host.mjs';

describe('the address in OLLAMA_HOST', () => {
  const cases: [string | undefined, string][] = [
    [undefined, 'http://127.0.0.1:11434'],
    ['', 'http://127.0.0.1:11434'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:5000', 'http://127.0.0.1:5000'],
    ['[::]:5000', 'http://127.0.0.1:5000'],
    ['example.org', 'http://example.org:11434'],
    ['"127.0.0.1:8080"', 'http://127.0.0.1:8080'],
    ['http://example.org', 'http://example.org'],
    ['https://example.org/', 'https://example.org'],
    ['https://example.org:8443', 'https://example.org:8443'],
  ];
  for (const [value, url] of cases) {
    test(`${JSON.stringify(value)} is ${url}`, () => {
      assert.equal(ollamaUrl({ OLLAMA_HOST: value }), url);
    });
  }
});
