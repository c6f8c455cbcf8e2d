import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the command line keeps its database and log unless `--state` says otherwise: below
 * `XDG_STATE_HOME`, `%LOCALAPPDATA%` on Windows, else `~/.local/state`.
 */
export function defaultStateFolder(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  const local = process.platform === 'win32' ? LOCALAPPDATA : XDG_STATE_HOME;
  return join(local || join(homedir(), '.local', 'state'), 'shortstop');
}
