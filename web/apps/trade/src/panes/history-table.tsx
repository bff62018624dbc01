import { Refused } from "@bourse/api/client";
import { useDeskWords } from "@bourse/kit/words";
import { ROWS_MAX, TooManyRows } from "@bourse/state/history";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { onUserEvent } from "../live/session.ts";
import { Loading } from "./empty.tsx";
import { Failed } from "./failed.tsx";

/** A column of the table. */
export interface Column<T> {
  readonly title: string;
  readonly isNumber?: boolean;
  readonly show: (row: T) => ReactNode;
}

type Loaded<T> =
  | { readonly kind: "loading" }
  | { readonly kind: "tooMuch" }
  | { readonly kind: "failed"; readonly refused: Refused }
  | { readonly kind: "there"; readonly rows: readonly T[] };

/** Returns why something failed, as of no answer where it was no refusal. */
export const refusedOf = (error: unknown): Refused =>
  error instanceof Refused ? error : new Refused(0, 0, "no answer");

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
        setLoaded(
          error instanceof TooManyRows
            ? { kind: "tooMuch" }
            : { kind: "failed", refused: refusedOf(error) },
        ),
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
  load,
  keyOf,
  columns,
}: {
  readonly name: string;
  readonly loading: string;
  /** What is there instead of a table without rows. */
  readonly nothing: ReactNode;
  readonly load: () => Promise<readonly T[]>;
  readonly keyOf: (row: T) => number;
  readonly columns: readonly Column<T>[];
}) {
  const words = useDeskWords();
  const [loaded, retry] = useLoaded(load);
  if (loaded.kind === "loading") return <Loading what={loading} />;
  if (loaded.kind === "failed") {
    return <Failed what={name} refused={loaded.refused} again={retry} />;
  }
  if (loaded.kind === "tooMuch") {
    return (
      <p className="empty" role="alert">
        {words.tooManyRows(ROWS_MAX)}
      </p>
    );
  }
  if (loaded.rows.length === 0) return nothing;
  const rows = [...loaded.rows].reverse();
  const drawn = rows.slice(0, ROWS_DRAWN_MAX);
  const className = ({ isNumber }: Column<T>) => (isNumber === true ? "number" : undefined);
  return (
    <>
      <table className="table" aria-label={name}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={className(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {drawn.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.title} className={className(column)}>
                  {column.show(row)}
                </td>
              ))}
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
