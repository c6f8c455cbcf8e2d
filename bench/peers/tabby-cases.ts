import { readFile } from 'node:fs/promises';
import { tabbyContext, tabbyFilters } from './rules/tabby-filters.ts';
import type { PublishedCase } from './published.ts';

/** The few forms of TOML that Tabby's golden files use: sections, strings, numbers, booleans. */
function readToml(text: string): Map<string, string> {
  const values = new Map<string, string>();
  let section = '';
  const entry =
    /^(?:\[(\w+)\]|(\w+)\s*=\s*(?:'''\n?([\s\S]*?)'''|'([^'\n]*)'|"([^"\n]*)"|([^\s#]+)))/gm;
  for (const [, name, key, block, single, double, bare] of text.matchAll(entry)) {
    if (name !== undefined) section = `${name}.`;
    else values.set(section + (key ?? ''), block ?? single ?? double ?? bare ?? '');
  }
  return values;
}

interface Place {
  readonly prefix: string;
  readonly completion: string;
  readonly suffix: string;
}

function readPlace(text: string): Place {
  const start = text.indexOf('├');
  const end = text.lastIndexOf('┤');
  return {
    prefix: text.slice(0, start),
    completion: text.slice(start + 1, end),
    suffix: text.slice(end + 1).replace('╣', ''),
  };
}

/** Reads one of Tabby's golden files; null for a file of another form. */
export async function tabbyCase(file: string): Promise<PublishedCase | null> {
  const values = readToml(await readFile(file, 'utf8'));
  const text = values.get('context.text');
  if (text?.includes('├') !== true) return null;
  const { prefix, completion, suffix } = readPlace(text);
  const context = tabbyContext(prefix, suffix, values.get('context.language') ?? 'plaintext');
  const expected = values.get('expected.text');
  const unchanged = values.get('expected.unchanged') === 'true' ? completion : '';
  return {
    peer: 'peer-tabby',
    name: values.get('description') ?? file,
    ours: tabbyFilters(completion, context, Number(values.get('config.minCompletionChars') ?? 4)),
    theirs: expected === undefined ? unchanged : readPlace(expected).completion,
    mustDiffer: values.get('expected.notEqual') === 'true',
  };
}
