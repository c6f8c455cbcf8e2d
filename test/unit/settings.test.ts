import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { COMMANDS } from '../../shared/commands.ts';
import { DEFAULT_SETTINGS, parseSettings, settingsSchema } from '../../shared/settings.ts';
import manifest from '../../package.json' with { type: 'json' };

type Json = Readonly<Record<string, unknown>>;

/** What both sides must agree on; the rest (texts, order, scope) is the manifest's own. */
const COMPARED = ['type', 'enum', 'minimum', 'maximum', 'format', 'items', 'default'] as const;

const contributed = new Map<string, Json>(
  manifest.contributes.configuration.flatMap(({ properties }) => Object.entries(properties)),
);

function leaves(schema: Json, prefix: string): [string, Json][] {
  const properties = schema['properties'] as Record<string, Json> | undefined;
  if (!properties) return [[prefix, schema]];
  return Object.entries(properties).flatMap(([key, value]) => leaves(value, `${prefix}.${key}`));
}

const schema = new Map(leaves(z.toJSONSchema(settingsSchema, { io: 'input' }), 'shortstop'));

test('every setting of the schema is contributed, and no other', () => {
  assert.deepEqual([...contributed.keys()].sort(), [...schema.keys()].sort());
});

for (const [key, expected] of schema) {
  test(`${key} is contributed with the type, the limits and the default of the schema`, () => {
    const actual = contributed.get(key) ?? {};
    const pick = (side: Json) => Object.fromEntries(COMPARED.map((name) => [name, side[name]]));
    assert.deepEqual(pick(actual), pick(expected));
  });

  test(`${key} has a description and a scope`, () => {
    const { markdownDescription, scope } = contributed.get(key) ?? {};
    assert.ok(typeof markdownDescription === 'string' && markdownDescription.length > 20);
    assert.ok(typeof scope === 'string');
  });
}

test('a workspace can neither choose the engine nor allow hosts, and not the model before it is trusted', () => {
  assert.equal(contributed.get('shortstop.engine.url')?.['scope'], 'machine');
  assert.equal(contributed.get('shortstop.engine.allowedHosts')?.['scope'], 'machine');
  const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
  for (const key of ['shortstop.model', 'shortstop.files.neverRead', 'shortstop.engine.url']) {
    assert.ok(restricted.includes(key), key);
  }
  for (const key of restricted) assert.ok(contributed.has(key), key);
});

test('the commands of the manifest are the commands that the extension registers', () => {
  const ids = manifest.contributes.commands.map(({ command }) => command);
  assert.deepEqual(ids.sort(), Object.values<string>(COMMANDS).sort());
});

test('menus, keys and the walkthrough name only commands that exist', () => {
  const ids = new Set<string>(Object.values(COMMANDS));
  const text = JSON.stringify(manifest.contributes);
  const named = [...text.matchAll(/"command":"([^"]+)"|[cC]ommand:(shortstop\.[\w.]+)/g)];
  assert.ok(named.length > ids.size);
  for (const [, field, link] of named) assert.ok(ids.has(field ?? link ?? ''), field ?? link);
});

test('no setting at all gives the defaults, and they are the manifest’s', () => {
  assert.deepEqual(parseSettings(undefined), { settings: DEFAULT_SETTINGS, problems: [] });
  const fromManifest: Record<string, unknown> = {};
  for (const [key, property] of contributed) {
    const path = key.split('.').slice(1);
    const last = path.pop() ?? '';
    let holder = fromManifest;
    for (const part of path) holder = (holder[part] ??= {}) as Record<string, unknown>;
    holder[last] = property['default'];
  }
  assert.deepEqual(parseSettings(fromManifest), { settings: DEFAULT_SETTINGS, problems: [] });
});

test('a wrong value is replaced by its default and named, and the others stay', () => {
  const { settings, problems } = parseSettings({
    debounce: -1,
    model: 'other:1b',
    engine: { url: 'no address', keepAlive: '2h' },
    files: { neverRead: ['**/x', 7] },
  });
  assert.equal(settings.debounce, DEFAULT_SETTINGS.debounce);
  assert.equal(settings.model, 'other:1b');
  assert.equal(settings.engine.url, DEFAULT_SETTINGS.engine.url);
  assert.equal(settings.engine.keepAlive, '2h');
  assert.deepEqual(settings.files.neverRead, DEFAULT_SETTINGS.files.neverRead);
  assert.deepEqual(
    problems.map((line) => line.split(':')[0]),
    ['shortstop.debounce', 'shortstop.engine.url', 'shortstop.files.neverRead.1'],
  );
});

test('settings that are no object, or hold one where a value belongs, give the defaults', () => {
  for (const raw of [null, 'text', 7, [], { engine: 'http://x' }, { enable: {} }]) {
    assert.deepEqual(parseSettings(raw).settings, DEFAULT_SETTINGS);
  }
});
