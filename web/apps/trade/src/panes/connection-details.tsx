import { Dialog } from "@bourse/kit/dialog.tsx";
import { useDeskWords } from "@bourse/kit/words";
import { reconnectNow, type Connection } from "../live/exchange.ts";

const [PLOT_WIDTH, PLOT_HEIGHT] = [240, 48];

/** The last sixty round trips, and what was lost. */
export function ConnectionDetails({
  state,
  onClose,
}: {
  readonly state: Connection;
  readonly onClose: () => void;
}) {
  const words = useDeskWords();
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
        <p>{`${words.reconnects(state.reconnects)} · ${words.gaps(state.gaps)}`}</p>
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
