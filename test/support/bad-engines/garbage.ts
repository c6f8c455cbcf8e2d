import { badAtGenerating, startStream, tokenLine, type BadEngine } from './bad-engine.ts';

/** A line in the stream that is no JSON. */
export function garbage(): Promise<BadEngine> {
  return badAtGenerating((response) => {
    startStream(response);
    response.write(tokenLine('a'));
    response.write('{"response":"secret_code(", "done\n');
  });
}
