import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GRAMMARS } from '../../../../server/completion/other-files/grammars.ts';
import { outlineOf } from '../../../../server/completion/other-files/outline.ts';

function outlined(languageId: string, text: string): string {
  const grammar = GRAMMARS[languageId];
  assert.ok(grammar);
  return outlineOf(text, grammar.parser.parse(text), grammar)
    .map((definition) => definition.text)
    .join('\n');
}

test('Python: signatures with their decorators, fields, constants; no bodies, no private names', () => {
  const text = `import os
LIMIT = 3
_hidden = 4

@cached
async def load(path: str, *rest) -> bytes:
    """Reads it."""
    return open(path)

class Store(Base):
    """Keeps things."""
    name: str = "a"  # shown
    def put(self, key: str) -> None:
        self.x = key
    def _own(self): pass
    def __init__(self, root): pass
`;
  assert.equal(
    outlined('python', text),
    `LIMIT = 3
@cached
async def load(path: str, *rest) -> bytes: ...
class Store(Base):
    name: str = "a"
    def put(self, key: str) -> None: ...
    def __init__(self, root): ...`,
  );
});

test('TypeScript: what is exported; types whole, functions and classes without bodies', () => {
  const text = `import a from './a';
const own = 1;
/** A shape. */
export interface Shape { readonly sides: number; area(): number }
export type Side = 'left' | 'right';
export class Box<T> extends Base {
  private hidden = 1;
  // A comment.
  readonly size: number = 2;
  constructor(readonly label: string) { super(); }
  open(by: T): void { this.hidden += 1; }
}
export async function pack<T>(things: T[]): Promise<Box<T>> { return new Box(''); }
export const widen = (box: Box<string>): number => { return box.size; };
`;
  assert.equal(
    outlined('typescript', text),
    `export interface Shape { readonly sides: number; area(): number }
export type Side = 'left' | 'right'
export class Box<T> extends Base {
    readonly size: number = 2
    constructor(readonly label: string);
    open(by: T): void;
}
export async function pack<T>(things: T[]): Promise<Box<T>>;
export const widen = (box: Box<string>): number => …`,
  );
});

test('Go: types whole, functions and methods without bodies', () => {
  const text = `package p

// Server serves.
type Server struct {
	Addr string // where
}

func (s *Server) Run(ctx context.Context) error {
	return nil
}

func New[T any](opts ...T) *Server { return nil }
`;
  assert.equal(
    outlined('go', text),
    `type Server struct {
	Addr string 
}
func (s *Server) Run(ctx context.Context) error
func New[T any](opts ...T) *Server`,
  );
});

test('Rust: what is public; methods of its own, none of a trait that it implements', () => {
  const text = `use std::fmt;
/// A point.
pub struct Point { pub x: i32 }
struct Own;
impl Point {
    pub fn new(x: i32) -> Self { Self { x } }
    fn own(&self) {}
}
impl fmt::Display for Point { fn fmt(&self) -> fmt::Result { Ok(()) } }
pub trait Draw { fn draw(&self) -> bool; fn twice(&self) { self.draw(); } }
pub fn origin() -> Point { Point::new(0) }
`;
  assert.equal(
    outlined('rust', text),
    `pub struct Point { pub x: i32 }
impl Point {
    pub fn new(x: i32) -> Self;
}
pub trait Draw {
    fn draw(&self) -> bool;
    fn twice(&self);
}
pub fn origin() -> Point;`,
  );
});

test('Java: a class with its members, without bodies and private ones', () => {
  const text = `package p;
public class Box<T> extends Base {
  private int hidden = 1;
  protected final String label;
  public Box(String label) { this.label = label; }
  @Override public T open(int by) throws E { return null; }
}
`;
  assert.equal(
    outlined('java', text),
    `public class Box<T> extends Base {
    protected final String label
    public Box(String label);
    @Override public T open(int by) throws E;
}`,
  );
});

test('a definition is named as who uses it writes it', () => {
  const named = (languageId: string, text: string) => {
    const grammar = GRAMMARS[languageId];
    assert.ok(grammar);
    return outlineOf(text, grammar.parser.parse(text), grammar).map(({ name }) => name);
  };
  assert.deepEqual(named('go', 'package p\nfunc (s *Server[T]) Run() {}\nfunc New() {}\n'), [
    'Server',
    'New',
  ]);
  assert.deepEqual(named('rust', 'impl<T: Clone> a::Point<T> { }\npub enum E { A }\n'), [
    'Point',
    'E',
  ]);
  assert.deepEqual(named('typescript', 'export default class K {}\nexport const a = 1;\n'), [
    'K',
    'a',
  ]);
  assert.deepEqual(named('python', '@a.b\ndef f(): pass\nx: int = 1\n'), ['f', 'x']);
});

test('long definitions lose their end, and a file that is damaged gives what can be read', () => {
  const members = Array.from({ length: 100 }, (_, i) => `  field${i}: string;`).join('\n');
  const text = outlined('typescript', `export interface Long {\n${members}\n}\n`);
  assert.ok(text.length <= 602);
  assert.ok(text.endsWith('\n…'));
  assert.equal(outlined('python', 'def f(a:\n\ndef g(b): return 1\n').includes('g(b)'), true);
});
