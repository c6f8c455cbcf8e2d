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
    [':5000', 'http://127.0.0.1:5000'],
    ['http://:5000', 'http://127.0.0.1:5000'],
    ['::1', 'http://[::1]:11434'],
    ['[::1]', 'http://[::1]:11434'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['http://[::1]:5000', 'http://[::1]:5000'],
    ['::', 'http://127.0.0.1:11434'],
    ['fd00::a:1', 'http://[fd00::a:1]:11434'],
    ['example.org/ollama', 'http://example.org:11434/ollama'],
    ['example.org:5000/ollama/', 'http://example.org:5000/ollama'],
    ['https://example.org/a/b', 'https://example.org/a/b'],
    [':5000/ollama', 'http://127.0.0.1:5000/ollama'],
    ['127.0.0.1:port', 'http://127.0.0.1:11434'],
    ['127.0.0.1:70000', 'http://127.0.0.1:11434'],
    [' 127.0.0.1:5000 ', 'http://127.0.0.1:5000'],
    ["'127.0.0.1'", 'http://127.0.0.1:11434'],
    ['ollama.com', 'https://ollama.com'],
    ['http://me:secret@127.0.0.1:5000', 'http://me:secret@127.0.0.1:5000'],
  ];
  for (const [value, url] of cases) {
    test(`${JSON.stringify(value)} is ${url}`, () => {
      assert.equal(ollamaUrl({ OLLAMA_HOST: value }), url);
    });
  }
});
