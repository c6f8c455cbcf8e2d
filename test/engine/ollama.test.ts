import { OllamaEngine } from '../../server/engines/ollama/ollama.ts';
import { REAL_MODEL, startRealOllama } from '../support/real-ollama.ts';
import { conformance } from './conformance.ts';

conformance({
  name: 'ollama',
  advice: 'build it with `npm run test:engine`',
  start: async () => {
    const server = await startRealOllama();
    return (
      server && {
        engine: new OllamaEngine({ url: server.url }),
        model: REAL_MODEL,
        stop: () => server.stop(),
      }
    );
  },
});
