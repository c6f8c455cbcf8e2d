import type { EngineTrace } from './engine-traces.ts';
import type { FakeOptions, FakeRequest } from './fake-ollama.ts';
import { answering } from './answers.ts';

type Token = EngineTrace['tokens'][number];

/** What the prompt already gives of the answer: what is typed behind the last `=`, and what a candidate begins with. */
export function givenOf({ body }: FakeRequest): string {
  const prompt = typeof body['prompt'] === 'string' ? body['prompt'] : '';
  const parts = /^<\|fim_prefix\|>.*= (.*)<\|fim_suffix\|>.*<\|fim_middle\|>(.*)$/s.exec(prompt);
  return parts ? `${parts[1] ?? ''}${parts[2] ?? ''}` : '';
}

/** By what is given: the token that comes, the others that could, each with its probability; then the rest. */
export type Continuations = Readonly<
  Record<
    string,
    { readonly next: Readonly<Record<string, number>>; readonly then: readonly string[] }
  >
>;

/** A fake engine's answers by what its prompt gives of the text: one that is not in the table is empty. */
export function branching(continuations: Continuations): NonNullable<FakeOptions['answer']> {
  return (request) => {
    const found = continuations[givenOf(request)];
    if (!found) return answering();
    const ranked = Object.entries(found.next).map(([text, p]) => [text, Math.log(p)] as const);
    const [[text, logprob] = ['', 0]] = ranked;
    const first: Token = [text, logprob, ranked, 0];
    const { tokens, ...rest } = answering(...found.then);
    return { ...rest, tokens: [first, ...tokens] };
  };
}
