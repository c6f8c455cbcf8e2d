import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** A path of this repository in backquotes or a command; a pattern such as `NNN-*.ts` is none. */
const PATH =
  /(?<![\w./@-])(?:server|shared|client|media|cli|bench|scripts|test|docs|samples)\/[\w./-]*[\w/](?![\w*-])/g;

const FOLDERS = ['server', 'shared', 'client', 'media', 'cli', 'bench', 'scripts', 'test'];

const FILES = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.includes('node_modules'))
    .map((path) => `/${folder}/${path.replaceAll('\\', '/')}`),
);

/** Code files named by the end of their path. */
const CODE_FILE = /`([\w./-]+\.(?:ts|mjs|css))`/g;

/** Stands for a name that the reader chooses. */
const PLACEHOLDER = 'NAME';

/** Says that something is no longer there. */
const GONE = /git log -- \S+/g;

function pathsIn(page: string): string[] {
  const prose = read(page)
    .replace(/https?:\/\/\S+/g, '')
    .replace(GONE, '');
  return [...new Set(prose.match(PATH) ?? [])].filter((path) => !path.includes(PLACEHOLDER));
}

/** The name that GitHub gives a heading. */
function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '');
  return kept.replaceAll(' ', '-');
}

const anchorsIn = (page: string) =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

for (const page of PAGES) {
  test(`every path that ${page} names exists`, () => {
    assert.deepEqual(
      pathsIn(page).filter((path) => !existsSync(join(ROOT, path))),
      [],
    );
  });

  test(`every code file that ${page} names exists`, () => {
    const names = [...read(page).matchAll(CODE_FILE)].map(([, name = '']) => name);
    const missing = names.filter(
      (name) =>
        !name.includes(PLACEHOLDER) &&
        !existsSync(join(ROOT, name)) &&
        !FILES.some((file) => file.endsWith(`/${name}`)),
    );
    assert.deepEqual(missing, []);
  });

  test(`every heading that ${page} links to exists`, () => {
    const links = [...read(page).matchAll(/\]\(([\w./-]*\.md)?#([\w-]+)\)/g)];
    const broken = links.filter(([, file, anchor = '']) => {
      const target = file === undefined ? page : join(dirname(page), file);
      return !anchorsIn(target).includes(anchor);
    });
    assert.deepEqual(
      broken.map(([link]) => link),
      [],
    );
  });
}
