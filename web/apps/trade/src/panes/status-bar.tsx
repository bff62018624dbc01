import { useWords } from "@bourse/kit/words";
import type { Strings } from "@bourse/kit/strings/en";
import { lazy, Suspense, useEffect, useState } from "react";
import { connection, type Connection } from "../live/exchange.ts";
import { ownState } from "../live/session.ts";
import { clockTime, zone } from "../live/time.ts";
import { usePart, useStore } from "../live/use.ts";
import { place } from "../router.ts";
import { OperatorLinks } from "./operator-links.tsx";
import { sheet } from "./ticket-store.ts";

const Details = lazy(async () => ({
  default: (await import("./connection-details.tsx")).ConnectionDetails,
}));

/** What a request came to is told after it was sent. */
const AckLine = lazy(async () => ({ default: (await import("./ack.tsx")).AckLine }));

/** Comes with the trade screen. */
const HotkeyChip = lazy(async () => ({
  default: (await import("./hotkey-chip.tsx")).HotkeyChip,
}));

/** A difference to a tenth, with its sign. */
const formatTenths = (value: number): string =>
  value
    .toFixed(1)
    .replace(/^-0\.0$/, "0.0")
    .replace(/^(?!-)/, "+")
    .replace("-", "\u2212");

const SHAPES = { live: "●", slow: "◐", stale: "▲", offline: "✕" } as const;

function linkText({ link }: Connection, words: Strings): string {
  switch (link.kind) {
    case "open":
    case "closed":
      return "";
    case "connecting":
      return words.connecting;
    case "waiting":
      return words.retryIn(Math.max(0, Math.ceil((link.retryAtMs - performance.now()) / 1_000)));
  }
}

/** How long orders take, or else questions; while nothing is answered, that; without a connection nothing. */
function tripText({ link, isHeard, orderMs, tripMs }: Connection, words: Strings): string {
  if (link.kind !== "open") return "";
  if (!isHeard) return words.unanswered;
  if (orderMs !== null) return words.orderTrip(Math.round(orderMs));
  return tripMs === null ? "" : words.roundTrip(Math.round(tripMs));
}

/** That the own orders and balances are old, while the market may be live: they have a socket of their own. */
function OwnLost() {
  const words = useWords();
  const lostAtMs = usePart(ownState, (state) => state.lostAtMs);
  return (
    <span role="status" className="warn own-lost">
      {lostAtMs === null ? "" : `${SHAPES.stale} ${words.ownStaleSince(clockTime(lostAtMs))}`}
    </span>
  );
}

/** How well the exchange is heard, and what it said last. */
export function StatusBar() {
  const words = useWords();
  const state = useStore(connection);
  const [isOpen, setIsOpen] = useState(false);
  // What lies over the page says it then.
  const isCovered = useStore(sheet);
  const isTrading = usePart(place, ({ page }) => page === "trade");
  // For numbers that no veil lies over.
  useEffect(() => {
    document.body.dataset["market"] = state.isOld ? "old" : "current";
  }, [state.isOld]);
  const parts = [
    words[state.health],
    linkText(state, words),
    tripText(state, words),
    state.link.kind === "open" ? words.feedAge((state.ageMs / 1_000).toFixed(1)) : "",
    state.clockMs === null ? "" : words.clockAhead(formatTenths(state.clockMs / 1_000)),
    state.link.kind === "open" ? (state.isWhole ? words.sequenceOk : words.sequenceGap) : "",
  ].filter((part) => part !== "");
  return (
    <footer className="status-bar">
      <button
        type="button"
        className={`connection ${state.health}`}
        onClick={() => setIsOpen(true)}
      >
        <span aria-hidden="true">{SHAPES[state.health]}</span>
        <span className="first">
          <span className="hidden-text">{`${words.connection}: `}</span>
          {parts[0]}
        </span>{" "}
        <span className="rest">{parts.slice(1).join(" · ")}</span>
      </button>
      <OwnLost />
      {isCovered ? null : (
        <Suspense fallback={<div className="ack" />}>
          <AckLine />
        </Suspense>
      )}
      {isTrading ? (
        <Suspense>
          <HotkeyChip />
        </Suspense>
      ) : null}
      <OperatorLinks />
      <bdi className="clock">{`${clockTime(Date.now())} ${zone()}`}</bdi>
      {isOpen ? (
        <Suspense>
          <Details state={state} onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </footer>
  );
}
