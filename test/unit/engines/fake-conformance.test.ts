import { OllamaEngine } from '../../../server/engines/ollama/ollama.ts';
import { conformance } from '../../engine/conformance.ts';
import { FAKE_MODEL, FakeOllama } from '../../support/fake-ollama.ts';

conformance({
  name: 'fake',
  advice: 'it always is',
  start: async () => {
    const fake = await FakeOllama.start({ firstTokenMs: 100, tokenMs: 2 });
    return {
      engine: new OllamaEngine({ url: fake.url }),
      model: FAKE_MODEL,
      stop: () => fake.stop(),
    };
  },
});
