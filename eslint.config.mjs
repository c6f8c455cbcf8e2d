import prettier from 'eslint-config-prettier';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** What each folder may import of ours; the map is docs/architecture.md. */
const allowed = {
  shared: ['shared'],
  'server/stopping': ['shared', 'server/stopping'],
  'server/post-process': ['shared', 'server/stopping', 'server/post-process'],
  'server/learning': [
    'shared',
    'server/stopping',
    'server/post-process',
    'server/outcomes/records.ts',
    'server/learning',
  ],
  'server/outcomes': ['shared', 'server/stopping', 'server/outcomes'],
  'server/energy': ['shared', 'server/energy'],
  'server/figures': [
    'shared',
    'server/outcomes/records.ts',
    'server/learning/random.ts',
    'server/figures',
  ],
  'server/completion': [
    'shared',
    'server/stopping',
    'server/post-process',
    'server/learning',
    'server/outcomes/records.ts',
    'server/engines/engine.ts',
    'server/completion',
  ],
  'server/calibration': [
    'shared',
    'server/stopping',
    'server/learning',
    'server/completion',
    'server/engines',
    'server/calibration',
  ],
  'server/shadow': [
    'shared',
    'server/stopping',
    'server/learning',
    'server/completion',
    'server/outcomes/records.ts',
    'server/engines',
    'server/energy',
    'server/shadow',
  ],
  'server/ask': ['shared', 'server/completion', 'server/engines/engine.ts', 'server/ask'],
  'server/engines': ['shared', 'server/stopping/trace.ts', 'server/engines'],
  'server/storage': [
    'shared',
    'server/stopping',
    'server/outcomes',
    'server/learning',
    'server/figures',
    'server/comparison/records.ts',
    'server/storage',
  ],
  'server/window': ['shared', 'server'],
  client: ['shared', 'client'],
  media: ['shared', 'media'],
  bench: ['shared', 'server', 'media/panel-view.ts', 'bench'],
  cli: ['shared', 'server', 'bench', 'cli'],
};
const folders = ['shared', 'server', 'client', 'media', 'bench', 'cli', 'test'];
const zones = Object.entries(allowed).flatMap(([target, except]) =>
  folders.map((from) => ({
    target: `./${target}`,
    from: `./${from}`,
    except: except
      .filter((path) => path === from || path.startsWith(`${from}/`))
      .map((path) => (path === from ? './' : `./${path.slice(from.length + 1)}`)),
    message: `${target} may import only ${except.join(', ')} (docs/architecture.md)`,
  })),
);
const noVscode = { name: 'vscode', message: 'only client/ talks to the editor' };
const noSqlite = { name: 'better-sqlite3', message: 'only server/storage opens the database' };

export default tseslint.config(
  {
    ignores: ['dist/**', '.tsbuild/**', '**/node_modules/**', 'test/fixtures/**', '.shortstop/**'],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/external-module-folders': ['node_modules', 'node_modules/@types'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      'import-x/no-default-export': 'error',
      'no-restricted-imports': ['error', { paths: [noVscode, noSqlite] }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  { files: ['server/**/*.ts'], rules: { 'no-console': 'error' } },
  {
    files: ['client/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [noSqlite] }] },
  },
  {
    files: ['server/storage/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [noVscode] }] },
  },
  {
    files: ['test/desktop/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [noSqlite] }] },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // node:test's describe/test return promises that the runner itself awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['test', 'it', 'describe', 'suite'], package: 'node:test' },
          ],
        },
      ],
    },
  },
  { files: ['**/*.mjs', '**/*.d.mts'], extends: [tseslint.configs.disableTypeChecked] },
  prettier,
);
