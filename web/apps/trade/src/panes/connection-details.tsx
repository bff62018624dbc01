import { Dialog } from "@bourse/kit/dialog.tsx";
import { useOpenedWords } from "@bourse/kit/words";
import { useEffect, useState } from "react";
import { reconnectNow, type Connection } from "../live/exchange.ts";
import { askHost, type Host } from "../live/host.ts";
import { Facts } from "./facts.tsx";

/** Returns what the first file of these pages is named after: what it holds. */
const pagesBuild = (): string =>
  /-([\w-]+)\.js$/.exec(
    document.querySelector<HTMLScriptElement>('script[src*="/first-"]')?.src ?? "",
  )?.[1] ?? "–";

const [PLOT_WIDTH, PLOT_HEIGHT] = [240, 48];

/** The last sixty round trips, what was lost, and who is at the other end. */
export function ConnectionDetails({
  state,
  onClose,
}: {
  readonly state: Connection;
  readonly onClose: () => void;
}) {
  const words = useOpenedWords();
  const host = useHost();
  const rows: readonly (readonly [string, string])[] = [
    [words.region, host?.region ?? "–"],
    [words.exchangeVersion, host?.version ?? "–"],
    [words.pagesBuild, pagesBuild()],
  ];
  const slowest = Math.max(1, ...state.trips);
  const bars = state.trips.map((tripMs, index) => ({
    x: (index * PLOT_WIDTH) / 60,
    height: Math.max(1, (tripMs / slowest) * PLOT_HEIGHT),
  }));
  return (
    <Dialog title={words.connectionDetails} onClose={onClose}>
      <div className="stack">
        <svg
          className="trips"
          viewBox={`0 0 ${PLOT_WIDTH.toString()} ${PLOT_HEIGHT.toString()}`}
          aria-hidden="true"
        >
          {bars.map(({ x, height }) => (
            <rect key={x} x={x} y={PLOT_HEIGHT - height} width="3" height={height} />
          ))}
        </svg>
        <p>{words.slowest(Math.round(slowest))}</p>
        <p>{words.ordersOfMinute(state.orderMs === null ? null : Math.round(state.orderMs))}</p>
        <p>{`${words.reconnects(state.reconnects)} · ${words.gaps(state.gaps)}`}</p>
        <Facts rows={rows} />
        <div className="row end">
          <button type="button" className="button" onClick={reconnectNow}>
            {words.reconnectNow}
          </button>
          <button type="button" className="button primary" onClick={onClose}>
            {words.close}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

/** Returns who is at the other end, when that is told. */
function useHost(): Host | null {
  const [host, setHost] = useState<Host | null>(null);
  useEffect(() => {
    // That nothing is heard is said elsewhere.
    askHost().then(setHost, () => undefined);
  }, []);
  return host;
}
