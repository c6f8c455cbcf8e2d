import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './answers.ts';

const ROOT = join(import.meta.dirname, '../..');
const PLUGIN = join(ROOT, 'editors/neovim');
const BUNDLE = join(ROOT, 'dist/server.cjs');

/** Of the first extmark that shows a suggestion: its text, further lines behind line breaks. */
const GHOST_TEXT = `(function()
  local space = vim.api.nvim_get_namespaces()['nvim.lsp.inline_completion']
  local marks = space and vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true }) or {}
  local details = marks[1] and marks[1][4]
  if not details then return '' end
  local lines = { details.virt_text, unpack(details.virt_lines or {}) }
  return table.concat(vim.tbl_map(function(chunks)
    return table.concat(vim.tbl_map(function(chunk) return chunk[1] end, chunks))
  end, lines), '\\n')
end)()`;

/** A cold model on a busy machine. Milliseconds. */
const COLD_MS = 180_000;

export interface NeovimOptions {
  readonly binary: string;
  /** The engine's address. */
  readonly url: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly fileName: string;
  readonly text: string;
}

/** A headless Neovim with the plugin and the built daemon, driven over its own remote interface. */
export class Neovim {
  readonly stateFolder: string;
  readonly #binary: string;
  readonly #home: string;
  readonly #socket: string;
  readonly #file: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(home: string, { binary, fileName }: NeovimOptions, init: string) {
    this.#binary = binary;
    this.#home = home;
    this.stateFolder = join(home, 'state');
    this.#socket = join(home, 'nvim.sock');
    this.#file = join(home, fileName);
    const kinds = ['CONFIG', 'DATA', 'STATE', 'CACHE'];
    const folders = Object.fromEntries(kinds.map((kind) => [`XDG_${kind}_HOME`, home]));
    this.#process = spawn(
      binary,
      ['--headless', '-i', 'NONE', '-n', '-u', init, '--listen', this.#socket, this.#file],
      { stdio: 'ignore', env: { ...process.env, ...folders } },
    );
    this.#ended = once(this.#process, 'exit');
  }

  /** Resolves once the daemon has said that it is ready. */
  static async start(options: NeovimOptions): Promise<Neovim> {
    const home = await mkdtemp(join(tmpdir(), 'shortstop-nvim-'));
    await mkdir(join(home, 'state'));
    await writeFile(join(home, options.fileName), options.text);
    const init = join(home, 'init.lua');
    const setup = {
      cmd: [process.execPath, BUNDLE, 'serve', '--stdio', '--state', join(home, 'state')],
      settings: { ...options.settings, engine: { url: options.url } },
    };
    await writeFile(
      init,
      `vim.opt.runtimepath:append(${JSON.stringify(PLUGIN)})
       require('shortstop').setup(vim.json.decode([==[${JSON.stringify(setup)}]==]))`,
    );
    const neovim = new Neovim(home, options, init);
    let status = '';
    const isReady = async () => {
      status = await neovim.status().catch(() => 'Neovim has not started');
      return status.includes(': ready');
    };
    try {
      await until(isReady, 'the daemon is ready in Neovim', COLD_MS);
    } catch (error) {
      neovim.#process.kill();
      await neovim.#ended;
      await rm(home, { recursive: true, force: true });
      throw new Error(`status: ${status}`, { cause: error });
    }
    return neovim;
  }

  /** Keys as Neovim spells them, for instance `<Tab>`. */
  async press(keys: string): Promise<void> {
    await this.#remote('--remote-send', keys);
  }

  /** What the plugin gives for a status line. */
  status(): Promise<string> {
    return this.#lua("require('shortstop').status()");
  }

  /** The grey text behind the cursor; empty where there is none. */
  ghostText(): Promise<string> {
    return this.#lua(GHOST_TEXT);
  }

  text(): Promise<string> {
    return this.#lua("table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')");
  }

  saved(): Promise<string> {
    return readFile(this.#file, 'utf8');
  }

  /** Leaves without saving, as a user does, which shuts the daemon down. */
  async quit(): Promise<void> {
    await this.press('<Esc>:qa!<CR>');
    await this.#ended;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) await this.quit();
    await rm(this.#home, { recursive: true, force: true });
  }

  #lua(expression: string): Promise<string> {
    return this.#remote('--remote-expr', `luaeval('${expression.replaceAll("'", "''")}')`);
  }

  async #remote(how: string, what: string): Promise<string> {
    const args = ['--server', this.#socket, how, what];
    const { stdout } = await promisify(execFile)(this.#binary, args, { encoding: 'utf8' });
    return stdout;
  }
}
