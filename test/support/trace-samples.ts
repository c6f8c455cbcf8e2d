/** Small pieces of code written for this project; each is cut at a place where someone types. */
export interface Sample {
  readonly id: string;
  readonly prompt: string;
  readonly suffix: string;
}

const CART = `export interface Item {
  readonly name: string;
  readonly price: number;
  readonly count: number;
}

/** Sum of price times count, without tax. */
export function total(items: readonly Item[]): number {
  let sum = 0;
  for (const item of items) {
    `;

export const SAMPLES: readonly Sample[] = [
  { id: 'ts-empty-line', prompt: CART, suffix: '\n  }\n  return sum;\n}\n' },
  {
    id: 'ts-arguments',
    prompt: `${CART}sum += item.price * item.count;\n  }\n  return Math.max(`,
    suffix: ');\n}\n',
  },
  {
    id: 'ts-mid-line',
    prompt: 'const names = people.filter((person) => person.age >= ',
    suffix: ').map((person) => person.name);\nconsole.log(names);\n',
  },
  {
    id: 'ts-block-start',
    prompt: 'export function clamp(value: number, low: number, high: number): number {\n  ',
    suffix: '\n}\n\nexport const half = clamp(0.5, 0, 1);\n',
  },
  {
    id: 'ts-end-of-file',
    prompt:
      'export function add(a: number, b: number): number {\n  return a + b;\n}\n\nexport function subtract(a: number, b: number): number {\n',
    suffix: '',
  },
  {
    id: 'py-line-end',
    prompt: 'def area(width, height):\n    return ',
    suffix: '\n\n\nprint(area(2, 3))\n',
  },
  {
    id: 'py-end-of-file',
    prompt: 'import json\n\n\ndef load(path):\n    with open(path) as file:\n        return ',
    suffix: '',
  },
  {
    id: 'py-comment',
    prompt: '# Returns the largest of the numbers, or None where there are ',
    suffix: '\ndef largest(numbers):\n    return max(numbers, default=None)\n',
  },
  {
    id: 'py-emoji',
    prompt: 'MOODS = {\n    "happy": "😀",\n    "sad": "😢",\n    "angry": "😡",\n    "love": "',
    suffix: '",\n}\n',
  },
  {
    id: 'ts-umlauts',
    prompt: "const tage = ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', ",
    suffix: "];\nconst gruss = 'Schöne Grüße';\n",
  },
  {
    id: 'go-block',
    prompt: 'package main\n\nfunc contains(list []string, wanted string) bool {\n\t',
    suffix: '\n\treturn false\n}\n',
  },
  {
    id: 'css-line',
    prompt: '.panel {\n  display: flex;\n  flex-direction: ',
    suffix: ';\n  gap: 8px;\n}\n',
  },
];
