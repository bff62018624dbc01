import { usePageWords } from "@bourse/kit/words";
import { lazy, useEffect } from "react";
import type { Entry, Place } from "../router.ts";
import { usePageTitle } from "./title.ts";

const page = {
  wallet: lazy(async () => ({ default: (await import("./wallet.tsx")).WalletPage })),
  orders: lazy(async () => ({ default: (await import("./orders.tsx")).OrdersPage })),
  order: lazy(async () => ({ default: (await import("./order.tsx")).OrderPage })),
  settings: lazy(async () => ({ default: (await import("./settings.tsx")).SettingsPage })),
  words: lazy(async () => ({ default: (await import("./words.tsx")).WordsPage })),
  brand: lazy(async () => ({ default: (await import("./brand.tsx")).BrandPage })),
  account: lazy(async () => ({ default: (await import("./account.tsx")).AccountPage })),
};

type Other = Exclude<Place, { readonly page: "trade" | "markets" | Entry }>;

/** A page of somebody who is in, and nobody trades on; markets, the trade screen and signing in need not wait for their names. */
export function OtherPage({ where }: { readonly where: Other }) {
  const words = usePageWords();
  useEffect(() => {
    import("../live/tips.ts").then(
      ({ startTips }) => startTips(),
      // Without a network nothing is explained.
      () => undefined,
    );
  }, []);
  usePageTitle(
    {
      wallet: words.wallet,
      orders: words.orders,
      order: words.orders,
      settings: words.settings,
      words: words.wordsOfTrading,
      brand: words.brandPreview,
      account: words.account,
      nowhere: words.notFound,
    }[where.page],
  );
  switch (where.page) {
    case "wallet":
      return <page.wallet section={where.section} />;
    case "orders":
      return <page.orders />;
    case "order":
      return <page.order key={`${where.symbol}/${where.id.toString()}`} where={where} />;
    case "settings":
      return <page.settings />;
    case "words":
      return <page.words />;
    case "brand":
      return <page.brand />;
    case "account":
      return <page.account section={where.section} />;
    case "nowhere":
      return (
        <div className="empty">
          <h1>{words.notFound}</h1>
          <a className="button" href="/markets">
            {words.toMarkets}
          </a>
        </div>
      );
  }
}
