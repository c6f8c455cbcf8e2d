import * as z from 'zod';

/**
 * One schema for every setting of the extension and the daemon: its type, its parser, and (by
 * `test/unit/settings.test.ts`, key by key) what `package.json` contributes.
 */

export const PRESETS = ['faithful', 'balanced', 'saver', 'custom'] as const;
export type Preset = (typeof PRESETS)[number];

/** Files whose text is neither completed in nor sent to an engine unless the user removes the pattern. */
export const NEVER_READ = [
  '**/.env',
  '**/.env.*',
  '**/*.pem',
  '**/*.key',
  '**/*.p12',
  '**/*.pfx',
  '**/*.keystore',
  '**/id_rsa*',
  '**/id_ed25519*',
  '**/id_ecdsa*',
  '**/.netrc',
  '**/.npmrc',
  '**/.pypirc',
  '**/.git-credentials',
  '**/.aws/credentials',
  '**/.ssh/**',
  '**/secrets.*',
  '**/credentials.*',
] as const;

const probability = z.number().min(0).max(1);
const milliseconds = (max: number) => z.number().int().min(0).max(max);

export const settingsSchema = z.object({
  enable: z.boolean().default(true),
  model: z.string().default('qwen2.5-coder:0.5b'),
  multiLine: z.enum(['auto', 'never', 'always']).default('auto'),
  debounce: milliseconds(5000).default(75),
  controlRate: probability.default(0.1),
  engine: z
    .object({
      url: z.url().default('http://127.0.0.1:11434'),
      allowedHosts: z.array(z.string()).default([]),
      keepAlive: z.string().default('30m'),
      timeToFirstToken: milliseconds(60_000).default(1000),
    })
    .prefault({}),
  stopping: z
    .object({
      preset: z.enum(PRESETS).default('balanced'),
      tauDone: probability.default(0.9),
      tauAlive: probability.default(0.05),
      showBar: probability.default(0.25),
      maxTokens: z.number().int().min(1).max(4096).default(128),
    })
    .prefault({}),
  ask: z.object({ model: z.string().default('') }).prefault({}),
  files: z
    .object({
      neverRead: z.array(z.string()).default([...NEVER_READ]),
      respectGitignore: z.boolean().default(true),
    })
    .prefault({}),
  storage: z
    .object({
      storeCode: z.boolean().default(false),
      retentionDays: z.number().int().min(1).max(3650).default(365),
    })
    .prefault({}),
});

export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});

/**
 * Reads what an editor sent for the section `shortstop`. A wrong value never breaks completion: it
 * is replaced by its default, and `problems` says so, one line per setting.
 */
export function parseSettings(raw: unknown): { settings: Settings; problems: string[] } {
  const problems: string[] = [];
  let candidate: unknown = JSON.parse(JSON.stringify(raw ?? {}));
  for (let attempt = 0; attempt < 100; attempt++) {
    const parsed = settingsSchema.safeParse(candidate);
    if (parsed.success) return { settings: parsed.data, problems };
    const issue = parsed.error.issues[0];
    if (!issue || issue.path.length === 0) {
      candidate = {};
      problems.push('shortstop: settings are not an object; the defaults are used');
      continue;
    }
    problems.push(`shortstop.${issue.path.join('.')}: ${issue.message}; the default is used`);
    dropAt(candidate, issue.path);
  }
  return { settings: DEFAULT_SETTINGS, problems };
}

/** Removes the value at `path`; inside an array, the array as a whole. */
function dropAt(root: unknown, path: readonly PropertyKey[]): void {
  let holder = root as Record<PropertyKey, unknown>;
  for (const key of path.slice(0, -1)) {
    const next = holder[key];
    if (typeof next !== 'object' || next === null || Array.isArray(next)) {
      Reflect.deleteProperty(holder, key);
      return;
    }
    holder = next as Record<PropertyKey, unknown>;
  }
  Reflect.deleteProperty(holder, path[path.length - 1] as PropertyKey);
}
