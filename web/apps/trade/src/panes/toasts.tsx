import { useDeskWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { formatExact } from "@bourse/num/format";
import type { OrderChange } from "@bourse/state/away";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { unkept } from "../live/documents.ts";
import { toasts, type Toast } from "../live/notifications.ts";
import { pairOf } from "../live/pair.ts";
import { useMarks, useStore } from "../live/use.ts";
import { Boundary } from "./boundary.tsx";
import { Told } from "./told.tsx";

const Unkept = lazy(async () => ({ default: (await import("./unkept.tsx")).Unkept }));
const AwayList = lazy(async () => ({ default: (await import("./away-list.tsx")).AwayList }));

/** What has just happened to the account, for a few seconds. */
export function Toasts() {
  const words = useDeskWords();
  const shown = useStore(toasts);
  const isUnkept = useStore(unkept);
  const [listed, setListed] = useState<readonly OrderChange[] | null>(null);
  const marks = useMarks();
  const plain = (text: string) => formatExact(parseUnits(text) ?? 0n, marks);
  const text = (toast: Toast): ReactNode => {
    if (toast.kind === "told") return <Told told={toast.notification} />;
    if (toast.kind === "updated") return words.newBuild;
    if (toast.kind === "away") return words.awayChanged(toast.changes.length);
    const side = toast.side === "BUY" ? words.buy : words.sell;
    const { symbol } = toast;
    return words.toldFill(side, plain(toast.qty), pairOf(symbol), plain(toast.price), toast.isDone);
  };
  return (
    <>
      <div className="toasts" role="status" aria-label={words.news}>
        <Boundary>
          {isUnkept ? (
            <Suspense>
              <Unkept />
            </Suspense>
          ) : null}
          {shown.map((toast) => (
            <p key={toast.id} className="toast">
              <span>{text(toast)}</span>
              {toast.kind === "updated" ? (
                <button type="button" className="button small" onClick={() => location.reload()}>
                  {words.reload}
                </button>
              ) : null}
              {toast.kind === "away" ? (
                <button
                  type="button"
                  className="button small"
                  onClick={() => {
                    setListed(toast.changes);
                    toasts.dispatch({ end: toast.id });
                  }}
                >
                  {words.awayShow}
                </button>
              ) : null}
              <button
                type="button"
                className="button plain small"
                aria-label={words.close}
                onClick={() => toasts.dispatch({ end: toast.id })}
              >
                ✕
              </button>
            </p>
          ))}
        </Boundary>
      </div>
      {listed === null ? null : (
        <Suspense>
          <AwayList changes={listed} onClose={() => setListed(null)} />
        </Suspense>
      )}
    </>
  );
}
