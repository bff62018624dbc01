import { Tabs } from "@bourse/kit/tabs.tsx";
import { loadOpenedWords, useDeskWords } from "@bourse/kit/words";
import type { Market } from "@bourse/state/market";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { useFeature } from "../live/brand.ts";
import { listenToKeys } from "../live/hotkeys.ts";
import { look } from "../live/look.ts";
import { own } from "../live/session.ts";
import { visitor } from "../live/visitor.ts";
import { usePart, useStore } from "../live/use.ts";
import { Loading } from "./empty.tsx";
import { OpenOrders } from "./open-orders.tsx";

const HistoryPanel = lazy(async () => ({ default: (await import("./history.tsx")).HistoryPanel }));
const BalanceTable = lazy(async () => ({ default: (await import("./balances.tsx")).BalanceTable }));

const TwapOrders = lazy(async () => ({ default: (await import("./twap-orders.tsx")).TwapOrders }));

/** What is opened now and then is fetched behind what one trades with: the network may be gone when it is wanted. */
const opened = () => Promise.all([import("./confirm.tsx"), import("../live/tips.ts")]);
const OPENED_AFTER_MS = 3_000;

// Keys that trade are those of the trade screen.
listenToKeys();

type Panel = "positions" | "open" | "twap" | "orders" | "trades" | "balances";

/** Everything of the own account beside the market that is shown. */
export function Dock({ market }: { readonly market: Market }) {
  const words = useDeskWords();
  const [panel, setPanel] = useState<Panel>("open");
  const [isOnlyHere, setIsOnlyHere] = useState(false);
  const count = usePart(own, ({ orders }) => orders.size);
  const hasContracts = useFeature("contracts");
  const symbol = isOnlyHere ? market.symbol : null;
  useEffect(() => {
    const begin = (): void => {
      void loadOpenedWords(look.get().language);
      opened().then(
        ([, { startTips }]) => startTips(),
        () => null,
      );
    };
    const timer = setTimeout(begin, OPENED_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Tabs
      label={words.accountPanels}
      tabs={[
        ...(hasContracts ? ([{ key: "positions", title: words.positions }] as const) : []),
        { key: "open", title: `${words.openOrders} (${count.toString()})` },
        { key: "twap", title: words.overTime },
        { key: "orders", title: words.orderHistory },
        { key: "trades", title: words.tradeHistory },
        { key: "balances", title: words.balances },
      ]}
      chosen={panel}
      onChoose={setPanel}
      aside={
        panel === "open" ? (
          <label className="check small-text">
            <input
              type="checkbox"
              checked={isOnlyHere}
              onChange={(event) => setIsOnlyHere(event.target.checked)}
            />
            {words.onlyThisMarket}
          </label>
        ) : null
      }
    >
      <ForUsers>
        <Suspense fallback={<Loading what={words.loadingOrders} />}>
          {panel === "open" ? (
            <OpenOrders symbol={symbol} onShowAll={() => setIsOnlyHere(false)} />
          ) : null}
          {panel === "twap" ? <TwapOrders /> : null}
          {panel === "orders" || panel === "trades" ? (
            <HistoryPanel key={panel} kind={panel} symbol={market.symbol} />
          ) : null}
          {panel === "balances" ? <BalanceTable /> : null}
        </Suspense>
      </ForUsers>
    </Tabs>
  );
}

/** Shows its content to whoever has signed in, and to others how to. */
export function ForUsers({ children }: { readonly children: ReactNode }) {
  const words = useDeskWords();
  const who = useStore(visitor);
  const mayRegister = useFeature("register");
  switch (who.kind) {
    case "user":
      return children;
    case "unknown":
      return <Loading what={words.loadingOrders} />;
    case "guest":
      return (
        <div className="empty">
          <p>{who.hasEnded ? words.sessionEnded : words.signedOutPanel}</p>
          <a className="button" href="/sign-in">
            {words.signIn}
          </a>
          {mayRegister ? <a href="/register">{words.register}</a> : null}
        </div>
      );
  }
}
