/**
 * Rows of a chart as the page carries them: field names once, each distinct text once, and per row only numbers. The
 * same titles stand in hundreds of rows, and unpacked they are most of a report. `unpacked` in report.js is the inverse.
 */

export type Row = Readonly<Record<string, unknown>>;

interface PackedRows {
  readonly fields: readonly string[];
  /** Of each field: its distinct texts, or null where its values stand as they are. */
  readonly texts: readonly (readonly string[] | null)[];
  /** Place among the texts or the value itself, field by field; null where a row lacks the field. */
  readonly rows: readonly (readonly unknown[])[];
}

export function packed(rows: readonly Row[]): PackedRows {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const texts = fields.map((field) => {
    const values = rows.flatMap((row) => (row[field] == null ? [] : [row[field]]));
    return values.length > 0 && values.every((value) => typeof value === 'string')
      ? [...new Set(values as string[])]
      : null;
  });
  const placeOf = texts.map((list) => (list === null ? null : new Map(list.map((text, place) => [text, place]))));
  return {
    fields,
    texts,
    rows: rows.map((row) =>
      fields.map((field, i) => {
        const value = row[field] ?? null;
        return value === null ? null : (placeOf[i]?.get(value as string) ?? value);
      }),
    ),
  };
}
