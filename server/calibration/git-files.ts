import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Of the listing of a very large repository, in bytes. */
const MOST_OUTPUT = 256 * 1024 * 1024;
/** What a repository's own configuration could make git run is switched off. */
const HARMLESS = ['-c', 'core.fsmonitor=false', '--no-optional-locks'];

/**
 * The files below a folder that git tracks, as paths inside it, `/` between.
 * @throws Error that says what to do where the folder is in no git checkout
 */
export async function trackedFiles(folder: string): Promise<string[]> {
  const options = { cwd: folder, maxBuffer: MOST_OUTPUT };
  try {
    const { stdout } = await run('git', [...HARMLESS, 'ls-files', '-z', '--cached'], options);
    return stdout.split('\0').filter((path) => path !== '');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Error(
      missing
        ? `${folder} can't be listed: is the folder there, and git installed?`
        : `${folder} is in no git checkout: spans are cut out of files that git tracks, so open a checkout, or run "git init" and "git add" there first.`,
      { cause: error },
    );
  }
}
