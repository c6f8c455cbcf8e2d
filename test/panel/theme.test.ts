import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const STYLES = join(import.meta.dirname, '../../media/panel-styles');
const css = readdirSync(STYLES)
  .map((file) => readFileSync(join(STYLES, file), 'utf8'))
  .join('\n');

/** Set in VS Code's own dark, light and both high-contrast themes (1.101 and newer). */
const IN_EVERY_THEME = [
  'button-background',
  'button-foreground',
  'button-secondaryForeground',
  'descriptionForeground',
  'focusBorder',
  'font-family',
  'foreground',
];
/** Set in the high-contrast themes, and asked for in them alone. */
const IN_HIGH_CONTRAST = ['contrastBorder'];

test('what a theme may leave out is asked for with something in its place', () => {
  const alone = [...css.matchAll(/var\(--vscode-([\w-]+)\)/g)].map(([, name = '']) => name);
  const known = [...IN_EVERY_THEME, ...IN_HIGH_CONTRAST];
  assert.deepEqual(
    alone.filter((name) => !known.includes(name)),
    [],
  );
});

test('what only high-contrast themes set is asked for in their rules alone', () => {
  const rules = [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)];
  for (const name of IN_HIGH_CONTRAST) {
    const users = rules.filter(([, , body = '']) => body.includes(`var(--vscode-${name})`));
    assert.ok(users.length > 0);
    for (const [, selector = ''] of users) assert.match(selector, /\.vscode-high-contrast/);
  }
});
