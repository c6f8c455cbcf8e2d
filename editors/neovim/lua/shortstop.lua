--- Shortstop for Neovim 0.12 and newer: starts the daemon, shows its suggestions by `vim.lsp.inline_completion`,
--- and takes them whole, by the word or by the line.
---
--- ```lua
--- vim.opt.runtimepath:append('/path/to/shortstop/editors/neovim')
--- require('shortstop').setup({ settings = { model = 'qwen2.5-coder:0.5b' } })
--- ```
local M = {}

local NAME = 'shortstop'
local BUILT_IN = vim.lsp.inline_completion

---@class shortstop.Options
---@field cmd? string[] what starts the daemon; by default the command line of the clone that this file is in
---@field settings? table the section `shortstop`, as in VS Code: `{ stopping = { preset = 'saver' } }`
---@field filetypes? string[] by default all
---@field keys? { all?: string, word?: string, line?: string } in insert mode; an empty string maps nothing
---@field init_options? table handed to the daemon in `initialize`

local KEYS = { all = '<Tab>', word = '<M-Right>', line = '<M-C-Right>' }

---@return string[]
local function command_of_this_clone()
  local file = vim.fs.normalize(debug.getinfo(1, 'S').source:sub(2))
  local clone = vim.fn.fnamemodify(file, ':p:h:h:h:h')
  return { 'node', vim.fs.joinpath(clone, 'cli', 'bin.mjs'), 'serve', '--stdio' }
end

--- What `shortstop/status` said last, by client.
---@type table<integer, table>
local statuses = {}

local function on_status(_, status, ctx)
  local before = statuses[ctx.client_id] or {}
  statuses[ctx.client_id] = status
  if status.problem and status.problem ~= before.problem then
    vim.notify('Shortstop: ' .. status.problem, vim.log.levels.WARN)
  end
  vim.cmd.redrawstatus()
end

--- For a status line: the state, and the model where there is one.
---@return string
function M.status()
  local client = vim.lsp.get_clients({ name = NAME, bufnr = 0 })[1]
  local status = client and statuses[client.id]
  if not status then
    return ''
  end
  return vim.trim(('Shortstop: %s %s'):format(status.state, status.model))
end

--- The parts of a suggestion, as VS Code cuts them. Bytes above 127 are parts of letters.
local parts = {}

function parts.all(text)
  return text
end

function parts.word(text)
  return text:match('^%s*[%w_\128-\255]+') or text:match('^%s*[^%w%s_\128-\255]+') or text
end

function parts.line(text)
  return text:match('^[^\n]*\n') or text
end

--- Puts part of a suggestion into the document. Neovim goes on showing a suggestion while one types; what was typed of
--- it since it came is not inserted again, and one that no longer agrees with what was typed is not taken.
---@param bufnr integer
---@param item vim.lsp.inline_completion.Item
---@param part fun(text: string): string
local function insert(bufnr, item, part)
  local text = item.insert_text --[[@as string]]
  local range = item.range:to_lsp('utf-8')
  local from, to = range.start, range['end']
  local win = vim.fn.bufwinid(bufnr)
  local row, col = unpack(vim.api.nvim_win_get_cursor(win))
  row = row - 1
  if from.line ~= row or from.character > col then
    return
  end
  local typed = vim.api.nvim_buf_get_text(bufnr, row, from.character, row, col, {})[1]
  if not vim.startswith(text, typed) then
    return
  end
  local rest = text:sub(#typed + 1)
  local taken = part(rest)
  local is_whole = taken == rest
  -- Only the whole of it replaces what stands behind the cursor, on the cursor's line as the daemon sends it.
  local end_col = is_whole and to.character + #typed or col
  local lines = vim.split(taken, '\n', { plain = true })
  vim.api.nvim_buf_set_text(bufnr, row, col, row, end_col, lines)
  local new_col = #lines[#lines] + (#lines == 1 and col or 0)
  vim.api.nvim_win_set_cursor(win, { row + #lines, new_col })
  local client = vim.lsp.get_client_by_id(item.client_id)
  if is_whole and item.command and client then
    client:exec_cmd(item.command, { bufnr = bufnr })
  end
end

--- Takes the suggestion shown, or part of it.
---@param what 'all'|'word'|'line'
---@return boolean whether there was one
function M.accept(what)
  local bufnr = vim.api.nvim_get_current_buf()
  local function on_accept(item)
    local client = vim.lsp.get_client_by_id(item.client_id)
    if not client or client.name ~= NAME then
      return item
    end
    insert(bufnr, item, parts[what])
  end
  return BUILT_IN.get({ bufnr = bufnr, on_accept = on_accept })
end

---@param send fun(client: vim.lsp.Client)
local function with_client(send)
  local client = vim.lsp.get_clients({ name = NAME })[1]
  if client then
    send(client)
  else
    vim.notify('Shortstop does not run yet: open a file first.', vim.log.levels.WARN)
  end
end

--- Asks for no suggestions for some minutes; 0 goes on.
---@param minutes integer
function M.pause(minutes)
  with_client(function(client)
    client:notify('shortstop/pause', { minutes = minutes })
  end)
end

--- What you think of the suggestion that was offered last.
---@param said 'too-short'|'too-long'|'good'
function M.feedback(said)
  with_client(function(client)
    client:request('shortstop/feedback', { said = said }, function(err, result)
      vim.notify('Shortstop: ' .. (err or result).message)
    end)
  end)
end

--- Says what is wrong, and what to do about it.
function M.doctor()
  with_client(function(client)
    client:request('shortstop/doctor', nil, function(err, report)
      local lines = {}
      for _, check in ipairs(err and {} or report.checks) do
        lines[#lines + 1] = ('%s %s: %s'):format(check.ok and 'ok ' or '!! ', check.name, check.detail)
        lines[#lines + 1] = check.advice
      end
      vim.notify(err and err.message or table.concat(lines, '\n'))
    end)
  end)
end

local COMMANDS = {
  pause = function()
    M.pause(10)
  end,
  resume = function()
    M.pause(0)
  end,
  doctor = M.doctor,
  good = M.feedback,
  ['too-short'] = M.feedback,
  ['too-long'] = M.feedback,
}

local function run_command(opts)
  local run = COMMANDS[opts.args]
  if run then
    run(opts.args)
  else
    local known = vim.tbl_keys(COMMANDS)
    table.sort(known)
    vim.notify(':Shortstop wants one of ' .. table.concat(known, ', '), vim.log.levels.ERROR)
  end
end

---@param opts? shortstop.Options
function M.setup(opts)
  if not BUILT_IN then
    vim.notify('Shortstop needs Neovim 0.12 or newer.', vim.log.levels.ERROR)
    return
  end
  opts = opts or {}
  vim.lsp.config(NAME, {
    cmd = opts.cmd or command_of_this_clone(),
    filetypes = opts.filetypes,
    root_markers = { '.git' },
    settings = { shortstop = opts.settings or vim.empty_dict() },
    init_options = opts.init_options,
    handlers = { ['shortstop/status'] = on_status },
    on_attach = function(client)
      BUILT_IN.enable(true, { client_id = client.id })
    end,
    on_exit = function(_, _, client_id)
      statuses[client_id] = nil
    end,
  })
  vim.lsp.enable(NAME)
  for what, default in pairs(KEYS) do
    local key = opts.keys and opts.keys[what] or default
    if key ~= '' then
      vim.keymap.set('i', key, function()
        return M.accept(what) and '' or key
      end, { expr = true, desc = 'Shortstop: accept ' .. what })
    end
  end
  vim.api.nvim_create_user_command('Shortstop', run_command, {
    nargs = 1,
    desc = 'Pause or resume Shortstop, check it, or say what you think of a suggestion',
    complete = function()
      return vim.tbl_keys(COMMANDS)
    end,
  })
end

return M
