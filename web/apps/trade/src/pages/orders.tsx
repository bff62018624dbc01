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
  const [first] = all.kind === "there" ? all.bySymbol.keys() : [];
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
        >
          <ForUsers>
            {panel === "open" ? <OpenOrders symbol={null} /> : null}
            {panel === "twap" ? (
              <Suspense fallback={<Loading what={words.loadingOrders} />}>
                <TwapOrders />
              </Suspense>
            ) : null}
            {(panel === "orders" || panel === "trades") && first !== undefined ? (
              <HistoryPanel key={panel} kind={panel} symbol={first} />
            ) : null}
          </ForUsers>
        </Tabs>
      </div>
    </div>
  );
}
