import { badAtGenerating, startStream, tokenLine, type BadEngine } from './bad-engine.ts';

/** An error line in the middle of the stream, which quotes the prompt. */
export function saysError(): Promise<BadEngine> {
  return badAtGenerating((response) => {
    startStream(response);
    response.write(tokenLine('a'));
    response.end('{"error":"cannot evaluate secret_code("}\n');
  });
}
