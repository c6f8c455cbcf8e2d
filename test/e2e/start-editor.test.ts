import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { installBrowser } from '../../scripts/browser.mjs';
import { hasCommand } from '../../scripts/command.mjs';
import { answering } from '../support/answers.ts';
import { BROWSER_ARGUMENTS, READY } from '../support/editor.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const ROOT = join(import.meta.dirname, '../..');
const skip = hasCommand('code') && 'this machine has VS Code, which it would open';

test(
  'npm start -- --editor opens a file at the line that wants its rest, and no chat',
  { skip },
  async () => {
    const engine = await FakeOllama.start({
      answer: () => answering('sum', '(', 'amounts', ')', '\n'),
    });
    const child = spawn(process.execPath, [join(ROOT, 'scripts/start.mjs'), '--editor'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, OLLAMA_HOST: engine.url },
    });
    const ended = once(child, 'exit');
    const executablePath = await installBrowser();
    const browser = await chromium.launch({ executablePath, args: BROWSER_ARGUMENTS });
    try {
      const page = await browser.newPage({ viewport: { width: 1200, height: 760 } });
      page.setDefaultTimeout(120_000);
      await page.goto(await addressIn(createInterface({ input: child.stdout })));
      await page.locator('.tab.active[data-resource-name="forecast.py"]').waitFor();
      const status = page.locator('[id="shortstop.shortstop.shortstop.status"]');
      await status.filter({ hasText: READY }).waitFor();
      assert.equal(await page.locator('.part.auxiliarybar:visible').count(), 0);
      assert.equal(await page.locator('[aria-label*="Chat"]:visible').count(), 0);
      await page.locator('.monaco-editor.focused').waitFor();
      await page.keyboard.type(' ');
      const ghost = page.locator('[class*="ghost-text"]');
      await ghost.first().waitFor();
      assert.match((await ghost.allTextContents()).join(''), /sum\(amounts\)/);
      await page.screenshot({ path: join(ROOT, '.shortstop/e2e/start-editor.png') });
    } finally {
      await browser.close();
      child.kill('SIGINT');
      await ended;
      await engine.stop();
    }
  },
);

async function addressIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    if (line.startsWith('http://')) return line;
  }
  throw new Error('no address was printed');
}
