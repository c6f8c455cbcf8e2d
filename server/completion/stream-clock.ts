import type { RequestClock, StreamEnd } from '../outcomes/records.ts';
import { realPlace, type CompletionRequest } from './request.ts';
import { agree, gainedSince } from './waiters.ts';

export interface ClockPorts {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** All that the stream has written so far. */
  readonly written: () => string;
  /** Once. */
  readonly onEnd: (clock: Omit<RequestClock, 'requestId'>) => void;
}

/**
 * Tells when a stream that was stopped would have ended in any case: as soon as what is typed no longer agrees
 * with what it has written, or something newer takes its place. A stream that typing agrees with would have been
 * waited for.
 */
export class StreamClock {
  readonly #request: CompletionRequest;
  readonly #ports: ClockPorts;
  readonly #stoppedAt: number;
  #over = false;

  /** @param stoppedAt milliseconds since the epoch */
  constructor(request: CompletionRequest, stoppedAt: number, ports: ClockPorts) {
    this.#request = request;
    this.#stoppedAt = stoppedAt;
    this.#ports = ports;
  }

  /** True as long as the document, as it stands now, would leave the stream going. */
  heed(): boolean {
    const typed = typedByNow(this.#request);
    const agrees = typed !== null && agree(this.#request.ahead + this.#ports.written(), typed);
    if (!agrees) this.end('typed-otherwise');
    return !this.#over;
  }

  end(endedBy: StreamEnd): void {
    if (this.#over) return;
    this.#over = true;
    const afterMs = Math.max(0, this.#ports.now() - this.#stoppedAt);
    this.#ports.onEnd({ afterMs, endedBy });
  }
}

/** What was typed at the request's cursor, LF line breaks; null where the document changed otherwise. */
function typedByNow(request: CompletionRequest): string | null {
  const place = { ...request, ...realPlace(request) };
  if (place.textNow() === place.text) return '';
  return gainedSince(place)?.replace(/\r\n?/g, '\n') ?? null;
}
