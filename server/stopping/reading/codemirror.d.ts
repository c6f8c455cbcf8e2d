/** The headless half of CodeMirror 5: a registry of tokenizers that carry their state from line to line. */
declare module 'codemirror/addon/runmode/runmode.node.js' {
  namespace CodeMirror {
    interface StringStream {
      pos: number;
      start: number;
      readonly string: string;
      eol(): boolean;
    }
    interface LineOracle {
      lookAhead(lines: number): undefined;
      baseToken(at: number): undefined;
    }
    interface Mode {
      readonly name: string;
      token(stream: StringStream, state: unknown): string | null | undefined;
      blankLine?(state: unknown): void;
    }
    interface Headless {
      readonly StringStream: new (
        line: string,
        tabSize: number,
        oracle: LineOracle,
      ) => StringStream;
      getMode(options: { readonly indentUnit: number }, mime: string): Mode;
      startState(mode: Mode): unknown;
      copyState(mode: Mode, state: unknown): unknown;
    }
  }
  const CodeMirror: CodeMirror.Headless;
  export = CodeMirror;
}
declare module 'codemirror/mode/*';
