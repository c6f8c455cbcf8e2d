/** What the set-up scripts write to the terminal. Plain Node >= 20. */
import { pathToFileURL } from 'node:url';

const started = Date.now();

/** One line, with the seconds since the script began. */
export function say(line) {
  const seconds = String(Math.round((Date.now() - started) / 1000));
  console.log(`[${seconds.padStart(4)} s] ${line}`);
}

/**
 * Runs `main` where the module is the program; a failure is said in its own words, and ends it.
 * @param {string} url the module's `import.meta.url`
 * @param {() => Promise<number | void>} main gives the exit status
 */
export async function runAsProgram(url, main) {
  if (!process.argv[1] || url !== pathToFileURL(process.argv[1]).href) return;
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
