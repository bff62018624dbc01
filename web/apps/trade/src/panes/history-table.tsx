import type { Refused } from "@bourse/api/client";
import { usePageWords } from "@bourse/kit/words";
import { TooManyRows, type Past } from "@bourse/state/history";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { isRefused, refusedOf } from "../live/refused.ts";
import { onUserEvent } from "../live/session.ts";
import { Loading } from "./empty.tsx";
import { Failed } from "./failed.tsx";
import { ManyRows } from "./many-rows.tsx";

/** A column of the table. */
export interface Column<T> {
  readonly title: string;
  readonly className?: "number";
  readonly show: (row: T) => ReactNode;
}

/** Rows, or why there are none; null before both. */
type Loaded<T> = Past<T> | Refused | TooManyRows | null;

/** Executions come in bursts; one question answers for all of them. */
const COLLECT_MS = 300;

/** Returns the rows of a question, asked again after executions of the account. */
function useLoaded<T>(load: () => Promise<Past<T>>): [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>(null);
  const turns = useRef(0);
  const ask = useCallback(() => {
    const turn = (turns.current += 1);
    // What was asked for since is what is shown.
    const show = (answer: Loaded<T>): void => {
      if (turns.current === turn) setLoaded(answer);
    };
    load()
      .then(show)
      .catch((error: unknown) => show(error instanceof TooManyRows ? error : refusedOf(error)));
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

/** Rows of the past, the newest first. */
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
  readonly load: () => Promise<Past<T>>;
  readonly keyOf: (row: T) => string;
  readonly columns: readonly Column<T>[];
}) {
  const words = usePageWords();
  const [loaded, retry] = useLoaded(load);
  if (loaded === null) return <Loading what={loading} />;
  if (isRefused(loaded)) return <Failed what={name} refused={loaded} again={retry} />;
  if (loaded instanceof TooManyRows) {
    return (
      <p className="empty" role="alert">
        {words.tooManyRows}
      </p>
    );
  }
  const { rows, hasOlder } = loaded;
  if (rows.length === 0) return nothing;
  return (
    <>
      {hasOlder ? <p className="hint">{words.amongNewest(rows.length)}</p> : null}
      <table className="table cards" aria-label={name} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map(({ title, className }) => (
              <th key={title} scope="col" className={className}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <ManyRows
          rows={rows}
          draw={(row, place) => (
            <tr key={keyOf(row)} aria-rowindex={place + 2}>
              {columns.map(({ title, className, show }) => (
                <td key={title} data-head={title} className={className}>
                  {show(row)}
                </td>
              ))}
            </tr>
          )}
        />
      </table>
    </>
  );
}
