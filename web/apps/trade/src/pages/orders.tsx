import { Tabs } from "@bourse/kit/tabs.tsx";
import { useDeskWords } from "@bourse/kit/words";
import { lazy, Suspense, useState } from "react";
import { ForUsers } from "../panes/dock.tsx";
import { Loading } from "../panes/empty.tsx";
import { EVERY, HistoryPanel } from "../panes/history.tsx";
import { OpenOrders } from "../panes/open-orders.tsx";

const TwapOrders = lazy(async () => ({
  default: (await import("../panes/twap-orders.tsx")).TwapOrders,
}));

type Panel = "open" | "twap" | "orders" | "trades";

/** All orders and trades, of all markets or of one. */
export function OrdersPage() {
  const words = useDeskWords();
  const [panel, setPanel] = useState<Panel>("open");
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
            {panel === "orders" || panel === "trades" ? (
              <HistoryPanel key={panel} kind={panel} symbol={EVERY} />
            ) : null}
          </ForUsers>
        </Tabs>
      </div>
    </div>
  );
}
