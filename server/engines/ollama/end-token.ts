/** As servers before 0.32 write it; later ones give the model's own end no text. */
const SPELLED = '<|endoftext|>';

/** The text of an alternative as the port has it: empty for the model's own end. */
export function alternativeText(token: string): string {
  return token === SPELLED ? '' : token;
}
