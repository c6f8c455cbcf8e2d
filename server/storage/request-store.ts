import type {
  ControlTail,
  MemoryAnswer,
  RequestClock,
  RequestCost,
  RequestRecord,
  ShadowTail,
  SpanTokens,
} from '../outcomes/records.ts';
import { bindable, insertSql, type Columns } from './columns.ts';
import type { StoreDatabase } from './database.ts';

const REQUEST = {
  id: 'id',
  episodeId: 'episode_id',
  at: 'at',
  languageId: 'language_id',
  workspace: 'workspace',
  kind: 'context_kind',
  trigger: 'trigger',
  engine: 'engine',
  engineVersion: 'engine_version',
  model: 'model',
  modelDigest: 'model_digest',
  policy: 'policy',
  preset: 'preset',
  arm: 'arm',
  propensity: 'propensity',
  tauDone: 'tau_done',
  tauAlive: 'tau_alive',
  showBar: 'show_bar',
  lambda: 'lambda',
  escalatedFrom: 'escalated_from',
  escalation: 'escalation',
  candidate: 'candidate',
  first: 'first',
  control: 'control',
  controlRate: 'control_rate',
  withheld: 'withheld',
  withheldRate: 'withheld_rate',
  newlineRate: 'newline_rate',
  maxTokens: 'max_tokens',
  msPerToken: 'ms_per_token',
  promptChars: 'prompt_chars',
  suffixChars: 'suffix_chars',
  ended: 'ended',
  stopReason: 'stop_reason',
  errorCode: 'error_code',
  tokensAtStop: 'tokens_at_stop',
  tokensAtFirstNewline: 'tokens_at_first_newline',
  servedChars: 'served_chars',
  firstTokenMs: 'first_token_ms',
  stopMs: 'stop_ms',
  offered: 'offered',
} satisfies Columns<RequestRecord>;

/** Of what an earlier version left to be written. */
const UNKNOWN = {
  workspace: null,
  arm: null,
  propensity: null,
  tauDone: null,
  tauAlive: null,
  showBar: null,
  lambda: null,
  escalatedFrom: null,
  escalation: null,
  candidate: 1,
  withheld: false,
  withheldRate: 0,
  newlineRate: null,
  maxTokens: null,
  msPerToken: null,
};

const TAIL = {
  requestId: 'request_id',
  tokens: 'tokens',
  tokensAtFirstNewline: 'tokens_at_first_newline',
  tailMs: 'tail_ms',
  ended: 'ended',
} satisfies Columns<ControlTail>;

const COST = {
  requestId: 'request_id',
  engineMs: 'engine_ms',
  gpuShare: 'gpu_share',
  promptTokens: 'prompt_tokens',
  joules: 'joules',
  meter: 'meter',
} satisfies Columns<RequestCost>;
/** A clock may run on while its request's row is deleted. */
const INSERT_CLOCK = `
  INSERT INTO clocks (request_id, after_ms, ended_by)
  SELECT id, @afterMs, @endedBy FROM requests WHERE id = @requestId`;

/** Its request may be deleted while it is generated. */
const INSERT_SHADOW = `
  INSERT INTO shadow_tails (request_id, at, tokens, ms, ended)
  SELECT id, @at, @tokens, @ms, @ended FROM requests WHERE id = @requestId`;

const SPAN = { at: 'at', by: 'by', tokens: 'tokens' } satisfies Columns<SpanTokens>;

const MEMORY = {
  suggestionId: 'suggestion_id',
  at: 'at',
  answerMs: 'answer_ms',
} satisfies Columns<MemoryAnswer>;

/** The tables `requests`, `control_tails`, `shadow_tails`, `span_tokens`, `clocks`, `request_costs` and `memory_answers`. */
export class RequestStore {
  readonly #database: StoreDatabase;

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  insertRequest(request: RequestRecord): void {
    this.#database
      .statement(insertSql('requests', REQUEST))
      .run(bindable({ ...UNKNOWN, ...request }));
  }

  insertTail(tail: ControlTail): void {
    this.#database.statement(insertSql('control_tails', TAIL)).run(bindable(tail));
  }

  insertClock(clock: RequestClock): void {
    this.#database.statement(INSERT_CLOCK).run(bindable(clock));
  }

  insertShadow(tail: ShadowTail): void {
    this.#database.statement(INSERT_SHADOW).run(bindable(tail));
  }

  insertSpanTokens(spent: SpanTokens): void {
    this.#database.statement(insertSql('span_tokens', SPAN)).run(bindable(spent));
  }

  insertMemoryAnswer(answer: MemoryAnswer): void {
    this.#database.statement(insertSql('memory_answers', MEMORY)).run(bindable(answer));
  }

  insertCost(cost: RequestCost): void {
    this.#database.statement(insertSql('request_costs', COST)).run(bindable(cost));
  }
}
