import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelPage } from '../../client/panel/page.ts';
import { startOf } from '../../client/panel/window-start.ts';

const page = panelPage({
  scriptUri: 'https://webview/dist/panel.js',
  styleUri: 'https://webview/dist/panel.css',
  cspSource: 'https://webview',
  nonce: 'abc123',
});

test('the page loads nothing but its own script and style sheet', () => {
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1];
  assert.equal(policy, "default-src 'none'; style-src https://webview; script-src 'nonce-abc123'");
});

test('every script of the page carries the nonce', () => {
  const scripts = page.match(/<script[^>]*>/g) ?? [];
  assert.equal(scripts.length, 1);
  for (const script of scripts) assert.match(script, /nonce="abc123"/);
});

test('"today" begins at local midnight, "7 days" six and "30 days" 29 midnights before, "all" nowhere', () => {
  const now = new Date(2026, 2, 3, 15, 30);
  assert.equal(startOf('today', now), new Date(2026, 2, 3).getTime());
  assert.equal(startOf('7 days', now), new Date(2026, 1, 25).getTime());
  assert.equal(startOf('30 days', now), new Date(2026, 1, 2).getTime());
  assert.equal(startOf('all', now), undefined);
});
