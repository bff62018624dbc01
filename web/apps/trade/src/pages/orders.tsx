import { Select } from "@bourse/kit/select.tsx";
import { Tabs } from "@bourse/kit/tabs.tsx";
import { useDeskWords } from "@bourse/kit/words";
import { lazy, Suspense, useState } from "react";
import { markets } from "../live/exchange.ts";
import { useStore } from "../live/use.ts";
import { ForUsers } from "../panes/dock.tsx";
import { Loading } from "../panes/empty.tsx";
import { HistoryPanel } from "../panes/history.tsx";
import { OpenOrders } from "../panes/open-orders.tsx";

const TwapOrders = lazy(async () => ({
  default: (await import("../panes/twap-orders.tsx")).TwapOrders,
}));

type Panel = "open" | "twap" | "orders" | "trades";

/** All orders and trades, market by market. */
export function OrdersPage() {
  const words = useDeskWords();
  const all = useStore(markets);
  const [panel, setPanel] = useState<Panel>("open");
  const [symbol, setSymbol] = useState<string | null>(null);
  const symbols = all.kind === "there" ? [...all.bySymbol.keys()] : [];
  const chosen = symbol ?? symbols[0] ?? "";
  return (
    <div className="page">
      <h1>{words.orders}</h1>
      <div className="panel">
        <Tabs
          label={words.orders}
          tabs={[
            { key: "open", title: words.openOrders },
            { key: "twap", title: words.overTime },
            { key: "orders", title: words.orderHistory },
            { key: "trades", title: words.tradeHistory },
          ]}
          chosen={panel}
          onChoose={setPanel}
          aside={
            panel === "open" || panel === "twap" || chosen === "" ? null : (
              <Select
                label={words.market}
                isNamedOnly
                isSmall
                choices={symbols.map((key) => ({ key, title: key }))}
                chosen={chosen}
                onChoose={setSymbol}
              />
            )
          }
        >
          <ForUsers>
            {panel === "open" ? <OpenOrders symbol={null} /> : null}
            {panel === "twap" ? (
              <Suspense fallback={<Loading what={words.loadingOrders} />}>
                <TwapOrders />
              </Suspense>
            ) : null}
            {(panel === "orders" || panel === "trades") && chosen !== "" ? (
              <HistoryPanel key={`${panel}/${chosen}`} kind={panel} symbol={chosen} />
            ) : null}
          </ForUsers>
        </Tabs>
      </div>
    </div>
  );
}
