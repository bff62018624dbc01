import { useDeskWords } from "@bourse/kit/words";
import { readEntry } from "@bourse/num/entry";
import { format } from "@bourse/num/format";
import type { Market } from "@bourse/state/market";
import { useState } from "react";
import type { MarketView, TapeView } from "../live/market-view.ts";
import { clockTime, exactTime } from "../live/time.ts";
import { useMarks, useStore } from "../live/use.ts";
import { StaleVeil } from "./pane.tsx";
import { ShortText } from "./price.tsx";
import { goToTicket } from "./ticket-store.ts";
import { useRowsThatFit } from "./rows.ts";
import { Waiting } from "./waiting.tsx";

const ROW_PX = 20;

/** The newest trades, those above a size. */
export function TapePane({ market, view }: { readonly market: Market; readonly view: MarketView }) {
  const words = useDeskWords();
  const marks = useMarks();
  const current = useStore(view.tape);
  const [frozen, setFrozen] = useState<TapeView | null>(null);
  const [least, setLeast] = useState("");
  const [fit, measure] = useRowsThatFit(ROW_PX, 60);
  const shown = frozen ?? current;
  const entry = readEntry(least, marks);
  const bound = entry.kind === "value" ? entry.units : 0n;
  const prints = shown.prints.filter(({ qty }) => bound <= qty).slice(0, Math.max(4, fit));
  const newest = current.prints[0]?.id ?? 0;
  return (
    <div className="tape" ref={measure}>
      <div className="pane-bar">
        <label className="small-text">
          <span className="hidden-text">{words.sizeFilter}</span>
          <input
            className="small-input"
            inputMode="decimal"
            placeholder={`≥ ${words.size}`}
            value={least}
            onChange={(event) => setLeast(event.target.value)}
          />
        </label>
        <button
          type="button"
          className="button plain small"
          aria-pressed={frozen !== null}
          onClick={() => setFrozen(frozen === null ? current : null)}
        >
          {frozen === null ? words.pause : words.resume}
        </button>
        {frozen === null ? null : (
          <span className="warn small-text">
            {words.paused(newest - (frozen.prints[0]?.id ?? newest))}
          </span>
        )}
      </div>
      <table className="book-table" aria-label={words.recentTrades}>
        <thead>
          <tr>
            <th scope="col">{`${words.price} (${market.quote})`}</th>
            <th scope="col">{`${words.size} (${market.base})`}</th>
            <th scope="col">{words.time}</th>
          </tr>
        </thead>
        <tbody>
          {prints.map((print) => (
            <tr key={print.id}>
              <td className={print.side === "BUY" ? "up" : "down"}>
                <span className="hidden-text">{print.side === "BUY" ? words.buy : words.sell}</span>
                <span aria-hidden="true">{print.side === "BUY" ? "▲ " : "▼ "}</span>
                <ShortText text={format(print.price, market.priceDigits, marks)} marks={marks} />
              </td>
              <td>{format(print.qty, market.qtyDigits, marks)}</td>
              <td title={exactTime(print.atMs)}>{clockTime(print.atMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.isLoaded ? null : (
        <Waiting
          loading={words.loadingTape}
          rowPx={ROW_PX}
          what={words.recentTrades}
          unloaded={shown.unloaded}
          again={view.askTape}
        />
      )}
      {shown.isLoaded && prints.length === 0 ? (
        <div className="empty">
          <p>{bound === 0n ? words.tapeEmpty : words.tapeFiltered}</p>
          {bound === 0n ? (
            <button type="button" className="button small" onClick={() => goToTicket()}>
              {words.orderTicket}
            </button>
          ) : (
            <button type="button" className="button small" onClick={() => setLeast("")}>
              {words.everySize}
            </button>
          )}
        </div>
      ) : null}
      <StaleVeil />
    </div>
  );
}
