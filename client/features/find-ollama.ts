import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where its installers put it, beside the PATH that this process was started with. */
const USUAL = [
  '/usr/local/bin',
  '/usr/bin',
  '/opt/homebrew/bin',
  '/Applications/Ollama.app/Contents/Resources',
];

/** Ollama's program on this machine; null where it is not found. */
export function findOllama(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  exists: (path: string) => boolean = existsSync,
): string | null {
  const { PATH = '', LOCALAPPDATA } = environment;
  const windows = platform === 'win32';
  const folders = [
    ...PATH.split(delimiter).filter((folder) => folder !== ''),
    ...(windows ? [] : USUAL),
    ...(windows && LOCALAPPDATA ? [join(LOCALAPPDATA, 'Programs', 'Ollama')] : []),
  ];
  const paths = folders.map((folder) => join(folder, windows ? 'ollama.exe' : 'ollama'));
  return paths.find((path) => exists(path)) ?? null;
}
