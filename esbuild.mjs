import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build, context } from 'esbuild';

/** Bundles the extension, the daemon and the panel into `dist/`. */

const root = import.meta.dirname;
const dist = join(root, 'dist');

/**
 * What the code that is bundled answers on the kept traces, in the place of the file that says what it answered
 * when somebody last wrote that: a certificate can't outlive a change of rule or repairs by oversight.
 */
const answers = {
  name: 'answers',
  setup(build) {
    build.onLoad({ filter: /weights[\\/]answers\.json$/ }, async () => {
      const bench = [join(root, 'bench/main.ts'), 'answers'];
      const { stdout } = await promisify(execFile)(process.execPath, bench, { cwd: root });
      return { contents: stdout, loader: 'json' };
    });
  },
};

/** In a CommonJS bundle `import.meta` is empty: these give it the bundle's own place. */
const importMeta = {
  banner: { js: `const importMetaUrl = require('node:url').pathToFileURL(__filename).href;` },
  define: { 'import.meta.url': 'importMetaUrl', 'import.meta.dirname': '__dirname' },
};

/**
 * CodeMirror's tokenizers ask for the editor. Without a browser its headless half stands in for it, which
 * arranges that by itself at run time, through the module cache that a bundle has not.
 */
const headlessCodeMirror = {
  name: 'headless-codemirror',
  setup({ onResolve, onLoad }) {
    const headless = join(root, 'node_modules/codemirror/addon/runmode/runmode.node.js');
    onResolve({ filter: /lib\/codemirror$/ }, () => ({ path: headless }));
    onLoad({ filter: /runmode\.node\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/^require\.cache.*$/gm, ''),
    }));
  },
};

const node = { platform: 'node', target: 'node22', format: 'cjs', ...importMeta };

const bundles = [
  { ...node, in: 'client/extension.ts', out: 'client.cjs', target: 'node20', external: ['vscode'] },
  { ...node, in: 'server/main.ts', out: 'server.cjs', plugins: [answers, headlessCodeMirror] },
  { ...node, in: 'server/calibration/fit-thread.ts', out: 'fit-thread.cjs' },
  {
    in: 'server/engines/embedded/child.ts',
    out: 'embedded-child.mjs',
    platform: 'node',
    target: 'node22',
    format: 'esm',
    external: ['node-llama-cpp', '@node-llama-cpp/*'],
  },
  { in: 'media/panel.css', out: 'panel.css' },
  { in: 'media/panel.ts', out: 'panel.js', platform: 'browser', target: 'es2022', format: 'iife' },
];

function options({ in: entry, out, ...rest }) {
  return {
    ...rest,
    entryPoints: [join(root, entry)],
    outfile: join(dist, out),
    absWorkingDir: root,
    bundle: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // NOTICES has them.
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  };
}

async function copyAssets() {
  const prebuilds = join(root, 'node_modules/better-sqlite3/prebuilds');
  await cp(prebuilds, join(dist, 'prebuilds'), { recursive: true });
}

/** @returns the npm packages inside a bundle, as paths of their folders relative to the root. */
function packagesOf(metafile) {
  const folders = Object.keys(metafile.inputs).map(
    (path) => /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
  );
  return new Set(folders.filter((folder) => folder !== undefined));
}

/**
 * Builds everything.
 * @returns for each bundle's file name the folders of the npm packages in it, sorted.
 */
export async function buildAll({ log = () => {} } = {}) {
  await mkdir(dist, { recursive: true });
  await copyAssets();
  const packages = {};
  for (const bundle of bundles) {
    const { metafile } = await build(options(bundle));
    packages[bundle.out] = [...packagesOf(metafile)].sort();
    const { size } = await stat(join(dist, bundle.out));
    log(`dist/${bundle.out}: ${Math.round(size / 1024)} kB`);
  }
  await writeFile(join(dist, 'packages.json'), JSON.stringify(packages, null, 1));
  return packages;
}

async function watch() {
  await copyAssets();
  for (const bundle of bundles) {
    const running = await context({ ...options(bundle), logLevel: 'info' });
    await running.watch();
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--clean')) await rm(dist, { recursive: true, force: true });
  if (process.argv.includes('--watch')) await watch();
  else await buildAll({ log: (line) => console.log(line) });
}
