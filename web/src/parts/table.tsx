/** A table by its columns; where the window is narrow it scrolls by itself, with the keyboard too. */
import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  readonly title: string;
  /** Of the head and of every cell: `number`, `wide`, `mono`, `soft`. */
  readonly class?: string;
  readonly cell: (row: Row) => ComponentChildren;
}

export interface TableProps<Row> {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  /** Buttons of a row, in a last column without a visible title. */
  readonly actions?: (row: Row) => ComponentChildren;
}

export function Table<Row>({ label, rows, keyOf, columns, actions }: TableProps<Row>) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} class={column.class}>
                {column.title}
              </th>
            ))}
            {actions && (
              <th>
                <span class="visually-hidden">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.title} class={column.class}>
                  {column.cell(row)}
                </td>
              ))}
              {actions && <td>{actions(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
