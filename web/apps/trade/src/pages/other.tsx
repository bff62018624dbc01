import { usePageWords } from "@bourse/kit/words";
import { lazy } from "react";
import type { Place } from "../router.ts";
import { usePageTitle } from "./title.ts";

const page = {
  wallet: lazy(async () => ({ default: (await import("./wallet.tsx")).WalletPage })),
  orders: lazy(async () => ({ default: (await import("./orders.tsx")).OrdersPage })),
  order: lazy(async () => ({ default: (await import("./order.tsx")).OrderPage })),
  settings: lazy(async () => ({ default: (await import("./settings.tsx")).SettingsPage })),
  signIn: lazy(async () => ({ default: (await import("./sign-in.tsx")).SignInPage })),
  register: lazy(async () => ({ default: (await import("./register.tsx")).RegisterPage })),
  email: lazy(async () => ({ default: (await import("./email.tsx")).EmailPage })),
  lostFactor: lazy(async () => ({ default: (await import("./lost-factor.tsx")).LostFactorPage })),
  reset: lazy(async () => ({ default: (await import("./reset.tsx")).ResetPage })),
  brand: lazy(async () => ({ default: (await import("./brand.tsx")).BrandPage })),
  account: lazy(async () => ({ default: (await import("./account.tsx")).AccountPage })),
};

type Other = Exclude<Place, { readonly page: "trade" | "markets" }>;

/** A page that nobody trades on: all but markets and the trade screen, which need not wait for the names of these. */
export function OtherPage({ where }: { readonly where: Other }) {
  const words = usePageWords();
  usePageTitle(
    {
      wallet: words.wallet,
      orders: words.orders,
      order: words.orders,
      settings: words.settings,
      brand: words.brandPreview,
      "sign-in": words.signIn,
      register: words.register,
      reset: words.resetPassword,
      email: words.changeEmail,
      "lost-factor": words.lostFactor,
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
    case "brand":
      return <page.brand />;
    case "sign-in":
      return <page.signIn />;
    case "register":
      return <page.register />;
    case "reset":
      return <page.reset />;
    case "email":
      return <page.email />;
    case "lost-factor":
      return <page.lostFactor />;
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
