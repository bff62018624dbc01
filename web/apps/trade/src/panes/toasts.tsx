import { useWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { toWire } from "@bourse/num/format";
import { toasts, type Toast } from "../live/notifications.ts";
import { useStore } from "../live/use.ts";
import { notificationText } from "./notification-text.ts";

/** What has just happened to the account, for a few seconds. */
export function Toasts() {
  const words = useWords();
  const shown = useStore(toasts);
  const plain = (text: string) => toWire(parseUnits(text) ?? 0n);
  const text = (toast: Toast): string => {
    if (toast.kind === "told") return notificationText(toast.notification, words);
    if (toast.kind === "updated") return words.newBuild;
    const side = toast.side === "BUY" ? words.buy : words.sell;
    const { symbol } = toast;
    return words.toldFill(side, plain(toast.qty), symbol, plain(toast.price), toast.isDone);
  };
  return (
    <div className="toasts" role="status" aria-label={words.news}>
      {shown.map((toast) => (
        <p key={toast.id} className="toast">
          <span>{text(toast)}</span>
          {toast.kind === "updated" ? (
            <button type="button" className="button small" onClick={() => location.reload()}>
              {words.reload}
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
    </div>
  );
}
