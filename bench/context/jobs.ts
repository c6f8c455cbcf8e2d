import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readFile } from 'node:fs/promises';
import type { OtherFilesBlock } from '../../server/completion/other-files/block.ts';
import { OtherFiles } from '../../server/completion/other-files/other-files.ts';
import { PrivateFiles } from '../../server/completion/private-files.ts';
import { normalisedText } from '../../server/learning/calibrate/content.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { folderOf } from '../packages/fetch-package.ts';
import type { ListedPackage } from '../packages/package-list.ts';
import { stretchesOfPackage, type StretchJob } from '../stretches/record.ts';

/** A stretch of a file that uses others of its package, and what of them stands in its prompts. */
export interface ContextJob extends StretchJob {
  readonly beside: OtherFilesBlock;
}

/** Of what is cut out of a package, the stretches whose files use other files of it, and how many there were. */
export async function contextJobsOf(
  listed: ListedPackage,
  perPackage: number,
  seed: number,
  chars: number,
): Promise<{ readonly jobs: ContextJob[]; readonly cut: number }> {
  const root = folderOf(listed);
  const privateFiles = new PrivateFiles(() => 0);
  const otherFiles = new OtherFiles({
    rootOf: () => pathToFileURL(root).href,
    open: () => [],
    verdict: (uri, files) => privateFiles.verdict(uri, files),
    now: () => 0,
  });
  const jobs: ContextJob[] = [];
  const cut = await stretchesOfPackage(listed, perPackage, seed);
  for (const job of cut) {
    const path = join(root, job.at.path);
    const text = normalisedText(await readFile(path, 'utf8'));
    const document = {
      uri: pathToFileURL(path).href,
      languageId: job.lang,
      // What is to be written does not say which definitions it needs.
      text: text.slice(0, job.at.cursor) + text.slice(job.at.end),
    };
    const block = await otherFiles.blockFor(document, DEFAULT_SETTINGS.files, chars);
    if (block) jobs.push({ ...job, beside: { ...block, root: listed.name } });
  }
  return { jobs, cut: cut.length };
}
