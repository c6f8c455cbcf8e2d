/** Our own few lines in languages that this project has no source of, for `make`. By VS Code's language id. */
export const SNIPPETS: Readonly<Record<string, string>> = {
  go: `package stock

import "fmt"

// Item is one row of the stock list.
type Item struct {
	Name  string \`json:"name"\`
	Count map[string][]int
}

func (s *Store) Total(kind string, seen ...Item) (int, error) {
	total := 0
	for _, item := range seen {
		if n, ok := item.Count[kind]; ok && len(n) > 0 {
			total += n[0] * s.weight(item.Name, func(r rune) bool { return r != ' ' })
		}
	}
	if total == 0 {
		return 0, fmt.Errorf("no %s among %d items", kind, len(seen))
	}
	return total, nil
}
`,
  rust: `use std::collections::HashMap;

/// Counts words, the longest first.
pub fn longest<'a, T: AsRef<str>>(words: &'a [T], limit: usize) -> Vec<&'a str> {
    let mut counts: HashMap<&'a str, usize> = HashMap::new();
    for word in words.iter().filter(|w| !w.as_ref().is_empty()) {
        *counts.entry(word.as_ref()).or_insert(0) += 1;
    }
    let mut all: Vec<_> = counts.into_iter().map(|(word, n)| (n, word)).collect();
    all.sort_by(|a, b| b.cmp(a));
    match all.first() {
        Some(&(n, word)) if n > 1 => println!("{word} came {n} times: '{}'", word.len()),
        _ => {}
    }
    all.into_iter().take(limit).map(|(_, word)| word).collect()
}
`,
  python: `from dataclasses import dataclass, field


@dataclass
class Meter:
    """Reads a meter, in litres."""

    name: str
    readings: list[float] = field(default_factory=list)

    def usage(self, since: int = 0, *, unit: str = "l") -> str:
        total = sum(r for r in self.readings[since:] if r is not None)
        if not total:
            raise ValueError(f"{self.name!r} has no readings since {since}")
        factor = {"l": 1, "m3": 1e-3}.get(unit, 1)
        return f'{self.name}: {total * factor:.2f} {unit}'

    def add(self, value: float) -> None:
        self.readings.append(round(value, 3))
        print("added", value, sep=": ", end="\\n")
`,
  java: `package shop;

import java.util.List;
import java.util.Map;

/** Orders by customer. */
public final class Orders {
    private final Map<String, List<Order>> byName = new java.util.HashMap<>();

    public int total(String name, int... discounts) {
        int sum = 0;
        for (Order order : byName.getOrDefault(name, List.of())) {
            sum += order.price() * (order.count() - 1);
        }
        if (sum < 0) {
            throw new IllegalStateException("negative total for \\"" + name + "\\"");
        }
        return sum - java.util.Arrays.stream(discounts).sum();
    }
}
`,
  cpp: `#include <string>
#include <vector>

namespace grid {

// Keeps the cells of one row.
template <typename T>
class Row {
 public:
  explicit Row(std::size_t size, T fill = T{}) : cells_(size, fill) {}

  T &at(std::size_t i) { return cells_.at(i); }

  std::string text(char sep = ',') const {
    std::string out;
    for (const auto &cell : cells_) {
      if (!out.empty()) out += sep;
      out += std::to_string(static_cast<int>(cell));
    }
    return out + "\\n";
  }

 private:
  std::vector<T> cells_;
};

}  // namespace grid
`,
  csharp: `using System.Linq;

namespace Weather;

public record Sample(string Place, double Celsius);

public static class Report
{
    // Warmest first.
    public static string Warmest(IEnumerable<Sample> samples, int count = 3)
    {
        var best = samples.OrderByDescending(s => s.Celsius).Take(count).ToList();
        if (best.Count == 0)
        {
            throw new ArgumentException($"no samples of {count}", nameof(samples));
        }
        return string.Join(", ", best.Select(s => $"{s.Place} {s.Celsius:F1}"));
    }
}
`,
  php: `<?php

final class Basket
{
    /** @var array<string, int> */
    private array $items = [];

    public function add(string $name, int $count = 1): void
    {
        $this->items[$name] = ($this->items[$name] ?? 0) + $count;
    }

    public function text(): string
    {
        $lines = array_map(fn ($name, $n) => "{$n} x $name", array_keys($this->items), $this->items);
        return implode(', ', $lines) . PHP_EOL;
    }
}
`,
  ruby: `# Plays back what was recorded.
class Player
  attr_reader :tracks

  def initialize(tracks, volume: 0.5)
    @tracks = tracks.map { |name| name.strip.downcase }
    @volume = volume
  end

  def play(index)
    track = @tracks.fetch(index) { raise ArgumentError, "no track #{index}" }
    puts "playing #{track} at #{(@volume * 100).round} %"
    track.end_with?('.ogg') ? :ogg : :other
  end
end
`,
  shellscript: `#!/usr/bin/env bash
set -euo pipefail

# Packs one folder a day.
folder="\${1:?name a folder}"
target="$HOME/backup/$(date +%F).tar.gz"
for file in "$folder"/*.txt; do
  if [[ -s "$file" && ! -e "$target" ]]; then
    echo "packing '$file' into \${target##*/}"
    tar -czf "$target" -- "$file"
  fi
done
`,
  sql: `-- Sales by month, the best first.
SELECT m.name, SUM(s.price * s.count) AS total
FROM sales AS s
JOIN months AS m ON m.id = s.month_id
WHERE s.kind IN ('book', 'it''s a map') AND s.count > 0
GROUP BY m.name
HAVING SUM(s.price) >= 10.5
ORDER BY total DESC, m.name
LIMIT 12;
`,
  html: `<!doctype html>
<html lang="en">
  <head>
    <title>Stock</title>
    <link rel="stylesheet" href="style.css" />
  </head>
  <body class="wide plain">
    <h1 id="top">What is <em>left</em></h1>
    <ul>
      <li><a href="#milk" title="Milk">3 litres</a></li>
      <li data-count="2">Bread</li>
    </ul>
    <button type="button" onclick="order('milk', 2)">Order</button>
  </body>
</html>
`,
  vue: `<script setup lang="ts">
import { computed, ref } from 'vue';

const props = defineProps<{ items: string[]; limit?: number }>();
const query = ref('');
const shown = computed(() => props.items.filter((item) => item.includes(query.value)));
</script>

<template>
  <label :for="'search'">Search <input v-model="query" id="search" /></label>
  <p v-for="item in shown" :key="item" @click="query = item">{{ item }}</p>
</template>
`,
  yaml: `name: check
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix: { node: [22, 24], os: ["linux", 'mac'] }
    steps:
      - uses: actions/checkout@v4
      - run: npm ci && npm test
        env:
          LEVEL: "debug: all"
`,
  json: `{
  "name": "stock",
  "limits": { "low": 3, "high": 12.5 },
  "tags": ["fresh", "cold", "a \\"quoted\\" one"],
  "nested": [{ "id": 1, "open": true }, { "id": 2, "open": null }]
}
`,
  css: `/* The list and its rows. */
.list > .row:not(:last-child) {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr));
  margin: 0 auto 0.5em;
  background: url("paper.png") no-repeat, var(--paper, #fffdf7);
}

@media (max-width: 40em) {
  .row { font-size: 0.9rem; color: rgb(20 20 20 / 80%); }
}
`,
  typescriptreact: `import { useState } from 'react';

interface Props {
  readonly names: readonly string[];
  onPick(name: string): void;
}

export function Picker({ names, onPick }: Props) {
  const [query, setQuery] = useState<string>('');
  const shown = names.filter((name) => name.startsWith(query));
  return (
    <div className="picker">
      <input value={query} onChange={(event) => setQuery(event.target.value)} />
      {shown.length > 0 && <p title={\`\${shown.length} names\`}>{shown.join(', ')}</p>}
      <button onClick={() => onPick(shown[0] ?? '')}>Pick</button>
    </div>
  );
}
`,
};
