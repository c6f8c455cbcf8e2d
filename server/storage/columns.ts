/** Which column holds which property of a record; every property must have one. */
export type Columns<T> = Readonly<Record<keyof T & string, string>>;

/** `INSERT INTO table (…) VALUES (@…)`, with the record's property names as parameters. */
export function insertSql(table: string, columns: Readonly<Record<string, string>>): string {
  const parameters = Object.keys(columns).map((name) => `@${name}`);
  return `INSERT INTO ${table} (${Object.values(columns).join(', ')}) VALUES (${parameters.join(', ')})`;
}

/** `a = @a, b = @b` for an UPDATE. */
export function assignments(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, column]) => `${column} = @${name}`)
    .join(', ');
}

/** The record as SQLite takes it: booleans become 0 or 1. */
export function bindable(record: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? Number(value) : (value as unknown),
    ]),
  );
}
