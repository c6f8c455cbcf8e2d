import * as z from 'zod';

/**
 * One schema for every setting of the extension and the daemon: its type, its parser, and (by
 * `test/unit/settings.test.ts`, key by key) what `package.json` contributes.
 */

export const PRESETS = ['faithful', 'balanced', 'saver', 'custom'] as const;
export type Preset = (typeof PRESETS)[number];

/** Files whose text is neither completed in nor sent to an engine unless the user removes the pattern. */
export const NEVER_READ = [
  // Files by these names; a folder of the same name is read.
  '**/credentials',
  '**/secret',
  '**/secrets',
  '**/password',
  '**/passwords',
  '**/token',
  '**/htpasswd',
  '**/kubeconfig',
  '**/*private[-_]key',
  '**/*_rsa',
  '**/*_dsa',
  '**/*_ecdsa',
  '**/*_ed25519',
  '!**/credentials/',
  '!**/secret/',
  '!**/secrets/',
  '!**/password/',
  '!**/passwords/',
  '!**/token/',
  '!**/htpasswd/',
  '!**/kubeconfig/',
  '!**/*private[-_]key/',
  '!**/*_rsa/',
  '!**/*_dsa/',
  '!**/*_ecdsa/',
  '!**/*_ed25519/',
  // Environments.
  '**/.env*',
  '**/*.env',
  '**/*.env.local',
  '**/.flaskenv',
  '**/.Renviron',
  '**/.dev.vars',
  '**/.dev.vars.*',
  // Keys and certificates with keys.
  '**/*.pem',
  '**/*.key',
  '**/*.p8',
  '**/*.p12',
  '**/*.pfx',
  '**/*.pkcs8',
  '**/*.pkcs12',
  '**/*.jks',
  '**/*.jceks',
  '**/*.bks',
  '**/*.keystore',
  '**/*.truststore',
  '**/*.keytab',
  '**/*.ppk',
  '**/*.gpg',
  '**/*private*.asc',
  '**/*secret*.asc',
  '**/*.pgp',
  '**/*.kdb',
  '**/*.kdbx',
  '**/*.keychain',
  '**/*.keychain-db',
  '**/*.agekey',
  '**/*.snk',
  '**/*.ovpn',
  '**/ssh_host_*_key*',
  '**/id_rsa*',
  '**/id_dsa*',
  '**/id_ecdsa*',
  '**/id_ed25519*',
  '**/*private[-_]key.txt',
  '**/wg[0-9]*.conf',
  // What is called a secret.
  '**/secrets.*',
  '**/credentials.*',
  '**/.secret*',
  '**/*secret*.json',
  '**/*secret*.y*ml',
  '**/*secret*.toml',
  '**/*secret*.ini',
  '**/*secret*.conf',
  '**/*secret*.properties',
  '**/*secret*.txt',
  '**/*credential*.json',
  '**/*credential*.y*ml',
  '**/*credential*.txt',
  '**/*credential*.csv',
  '**/passwords.json',
  '**/passwords.y*ml',
  '**/passwords.csv',
  '**/*password*.txt',
  '**/vault[-_]pass',
  '**/vault[-_]password',
  '**/*vault[-_]pass*.txt',
  '**/*passphrase*.txt',
  '**/*api[-_]key*.txt',
  '**/*apikey*.txt',
  '**/*token.txt',
  '**/token.json',
  '**/*oauth*.json',
  '**/*access[-_]token*.json',
  '**/wallet.dat',
  '**/*accesskeys*.csv',
  '**/rootkey.csv',
  '**/*service[-_]account*.json',
  '**/*serviceaccount*.json',
  '**/*firebase-adminsdk*.json',
  '**/run/secrets/**',
  // Logins of programs.
  '**/etc/shadow',
  '**/.hgrc',
  '**/.netrc',
  '**/_netrc',
  '**/.npmrc',
  '**/.pypirc',
  '**/.yarnrc.yml',
  '**/.git-credentials',
  '**/.pgpass',
  '**/pgpass.conf',
  '**/.pg_service.conf',
  '**/.my.cnf',
  '**/.mylogin.cnf',
  '**/.htpasswd',
  '**/.htdigest',
  '**/*.htpasswd',
  '**/.authinfo',
  '**/.boto',
  '**/.s3cfg',
  '**/.passwd*',
  '**/.dockercfg',
  '**/.dockerconfigjson',
  '**/.databrickscfg',
  '**/.smbcredentials',
  '**/.msmtprc',
  '**/.fetchmailrc',
  '**/.curlrc',
  '**/.wgetrc',
  '**/.sentryclirc',
  '**/.vault*',
  '**/.*token',
  '**/.*_history',
  '**/.terraformrc',
  '**/terraform.rc',
  '**/rclone.conf',
  '**/.rclone.conf',
  '**/*.kubeconfig',
  '**/*kubeconfig*.y*ml',
  '**/kaggle.json',
  '**/auth.json',
  '**/sftp.json',
  '**/sftp-config.json',
  '**/local.settings.json',
  '**/*.publishsettings',
  '**/.bundle/config',
  '**/.m2/settings*.xml',
  '**/.gradle/gradle.properties',
  '**/.config/gh/hosts.yml',
  // State of infrastructure.
  '**/*.tfvars',
  '**/*.tfvars.json',
  '**/*.tfstate',
  '**/*.tfstate.*',
  '**/*.tfplan',
  // Folders of which nothing is read.
  '**/.ssh/**',
  '**/.gnupg/**',
  '**/.aws/**',
  '**/.azure/**',
  '**/.oci/**',
  '**/.kube/**',
  '**/.docker/**',
  '**/.git/**',
  '**/.hg/**',
  '**/.svn/**',
  '**/.password-store/**',
  '**/.config/gcloud/**',
] as const;

const probability = z.number().min(0).max(1);
const milliseconds = (max: number) => z.number().int().min(0).max(max);
/** 0 is no limit. */
const tokens = z.number().int().min(0).max(1_000_000_000).default(0);

/** When a suggestion appears: as one types, or only when a command asks for one. */
export const SUGGEST = ['while-typing', 'on-key'] as const;

/** What happens once a budget is spent. */
export const WHEN_SPENT = ['gate', 'shorten', 'pause'] as const;

/** Whether definitions of other files stand in prompts. */
export const OTHER_FILES = ['auto', 'on', 'off'] as const;

export const settingsSchema = z.object({
  enable: z.boolean().default(true),
  pauseOnBattery: z.boolean().default(false),
  suggest: z.enum(SUGGEST).default('while-typing'),
  model: z.string().default('qwen2.5-coder:0.5b'),
  multiLine: z.enum(['auto', 'never', 'always']).default('auto'),
  debounce: milliseconds(5000).default(75),
  controlRate: probability.default(0.02),
  withheldRate: probability.default(0.01),
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
  budget: z
    .object({
      tokensPerRequest: tokens,
      tokensPerSession: tokens,
      tokensPerDay: tokens,
      whenSpent: z.enum(WHEN_SPENT).default('pause'),
    })
    .prefault({}),
  learning: z
    .object({
      enabled: z.boolean().default(true),
      shadowTokensPerHour: z.number().int().min(0).max(1_000_000).default(200),
    })
    .prefault({}),
  ensemble: z
    .object({
      models: z.array(z.string().min(1)).default([]),
      lambda: z.number().min(0).max(10).default(0.03),
    })
    .prefault({}),
  profile: z
    .object({
      floorEM: probability.default(0),
      targetTokens: z.number().min(0).max(4096).default(0),
    })
    .prefault({}),
  context: z.object({ otherFiles: z.enum(OTHER_FILES).default('auto') }).prefault({}),
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
