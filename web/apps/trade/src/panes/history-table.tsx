import { useDeskWords } from "@bourse/kit/words";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { onUserEvent } from "../live/session.ts";
import { csvOf, offer } from "./csv.ts";
import { Loading } from "./empty.tsx";
import { ROWS_MAX, TooManyRows } from "@bourse/state/history";

/** A column of the table, of the file that is exported, or of both. */
export interface Column<T> {
  readonly title?: string;
  readonly isNumber?: boolean;
  readonly show?: (row: T) => ReactNode;
  /** The head in the file, and what stands below it: plain numbers, times in UTC. */
  readonly file?: readonly [head: string, text: (row: T) => string];
}

type Loaded<T> =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly isTooMuch: boolean }
  | { readonly kind: "there"; readonly rows: readonly T[] };

/** The file has all rows; what is older than these is in it alone. */
const ROWS_DRAWN_MAX = 500;
/** Executions come in bursts; one question answers for all of them. */
const COLLECT_MS = 300;

/** Returns the rows of a question, asked again after executions of the account. */
function useLoaded<T>(load: () => Promise<readonly T[]>): [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ kind: "loading" });
  const ask = useCallback(() => {
    load()
      .then((rows) => setLoaded({ kind: "there", rows }))
      .catch((error: unknown) =>
        setLoaded({ kind: "failed", isTooMuch: error instanceof TooManyRows }),
      );
  }, [load]);
  useEffect(() => {
    ask();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = onUserEvent((event) => {
      if (event.e !== "executionReport") return;
      clearTimeout(timer);
      timer = setTimeout(ask, COLLECT_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [ask]);
  return [loaded, ask];
}

/** Rows of the past, the newest first, with the way to take them along as a file. */
export function HistoryTable<T>({
  name,
  loading,
  nothing,
  file,
  load,
  keyOf,
  columns,
}: {
  readonly name: string;
  readonly loading: string;
  /** What is there instead of a table without rows. */
  readonly nothing: ReactNode;
  readonly file: string;
  readonly load: () => Promise<readonly T[]>;
  readonly keyOf: (row: T) => number;
  readonly columns: readonly Column<T>[];
}) {
  const words = useDeskWords();
  const [loaded, retry] = useLoaded(load);
  if (loaded.kind === "loading") return <Loading what={loading} />;
  if (loaded.kind === "failed") {
    return (
      <div className="empty" role="alert">
        <p>{loaded.isTooMuch ? words.tooManyRows(ROWS_MAX) : words.loadFailed(name)}</p>
        <button type="button" className="button" onClick={retry}>
          {words.retry}
        </button>
      </div>
    );
  }
  if (loaded.rows.length === 0) return nothing;
  const rows = [...loaded.rows].reverse();
  const drawn = rows.slice(0, ROWS_DRAWN_MAX);
  const shown = columns.filter(({ show }) => show !== undefined);
  const className = ({ isNumber }: Column<T>) => (isNumber === true ? "number" : undefined);
  const save = () => {
    const files = columns.flatMap((column) => (column.file === undefined ? [] : [column.file]));
    offer(
      file,
      csvOf(
        files.map(([head]) => head),
        rows.map((row) => files.map(([, text]) => text(row))),
      ),
    );
  };
  return (
    <>
      <table className="table" aria-label={name}>
        <thead>
          <tr>
            {shown.map((column) => (
              <th key={column.title} scope="col" className={className(column)}>
                {column.title}
              </th>
            ))}
            <th scope="col" className="number">
              <button type="button" className="button small" onClick={save}>
                {words.exportCsv}
              </button>
            </th>
          </tr>
        </thead>
        <tbody>
          {drawn.map((row) => (
            <tr key={keyOf(row)}>
              {shown.map((column) => (
                <td key={column.title} className={className(column)}>
                  {column.show?.(row)}
                </td>
              ))}
              <td />
            </tr>
          ))}
        </tbody>
      </table>
      {drawn.length < rows.length ? (
        <p className="empty">{words.moreInFile(rows.length - drawn.length)}</p>
      ) : null}
    </>
  );
}
