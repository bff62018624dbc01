import { ENGLISH, LANGUAGES, loadWords, useWords, Words } from "@bourse/kit/words";
import { lazy, Suspense, useEffect, useState } from "react";
import { brand } from "./live/brand.ts";
import { signOut, visitor } from "./live/session.ts";
import { look } from "./live/look.ts";
import { useLook, usePart, useStore } from "./live/use.ts";
import { useKeys } from "./keys.ts";
import { useSandbox } from "./pages/sandbox.ts";
import { Bell } from "./panes/bell.tsx";
import { Loading } from "./panes/empty.tsx";
import { Boundary } from "./panes/pane.tsx";
import { palette } from "./panes/palette-store.ts";
import { StatusBar } from "./panes/status-bar.tsx";
import { Toasts } from "./panes/toasts.tsx";
import { isEntry, place, type Place } from "./router.ts";

const page = {
  trade: lazy(async () => ({ default: (await import("./pages/trade.tsx")).TradePage })),
  markets: lazy(async () => ({ default: (await import("./pages/markets.tsx")).MarketsPage })),
  entry: lazy(async () => ({ default: (await import("./pages/entry.tsx")).EntryPage })),
  palette: lazy(async () => ({ default: (await import("./panes/palette.tsx")).Palette })),
  shortcuts: lazy(async () => ({ default: (await import("./panes/palette.tsx")).Shortcuts })),
  other: lazy(async () => ({ default: (await import("./pages/other.tsx")).OtherPage })),
};

const IncidentBanner = lazy(async () => ({
  default: (await import("./panes/incident-banner.tsx")).IncidentBanner,
}));

/** The whole screen: frame, page, and what lies over it. */
export function App() {
  const language = useLook((look) => look.language);
  const [spoken, setSpoken] = useState(ENGLISH);
  useEffect(() => {
    let isOver = false;
    void loadWords(language).then((loaded) => {
      if (!isOver) setSpoken(loaded);
    });
    return () => {
      isOver = true;
    };
  }, [language]);
  return (
    <Words value={spoken}>
      <Boundary>
        <Frame />
      </Boundary>
    </Words>
  );
}

function Frame() {
  const words = useWords();
  const where = useStore(place);
  const opened = useStore(palette);
  useKeys(words);
  return (
    <div className={`frame on-${where.page}`}>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <Header where={where} />
      <aside className="banners" aria-label={words.announcements}>
        <Suspense>
          <IncidentBanner />
        </Suspense>
      </aside>
      <main id="content" tabIndex={-1}>
        <Boundary key={where.page}>
          <Suspense fallback={<Loading what={words.loadingPage} />}>
            <Page where={where} />
          </Suspense>
        </Boundary>
      </main>
      <StatusBar />
      <BottomNavigation where={where} />
      <Toasts />
      <Boundary key={opened}>
        <Suspense>
          {opened === "palette" ? <page.palette /> : null}
          {opened === "shortcuts" ? <page.shortcuts /> : null}
        </Suspense>
      </Boundary>
    </div>
  );
}

function Page({ where }: { readonly where: Place }) {
  if (where.page === "markets") return <page.markets />;
  if (where.page === "trade") return <page.trade symbol={where.symbol} />;
  return isEntry(where) ? <page.entry page={where.page} /> : <page.other where={where} />;
}

const LINKS = [
  ["markets", "/markets"],
  ["trade", "/trade/BTCUSDT"],
  ["orders", "/orders"],
  ["wallet", "/wallet"],
] as const;

function Header({ where }: { readonly where: Place }) {
  const words = useWords();
  const who = useStore(visitor);
  const isSandbox = useSandbox();
  const { name, logo } = useStore(brand);
  return (
    <header className="header">
      <a className="brand" href="/markets" aria-label={name}>
        {logo === null ? <span aria-hidden="true">◆</span> : <img src={logo} alt="" />} {name}
      </a>
      <nav className="main-nav" aria-label={words.mainNavigation}>
        {LINKS.map(([page, path]) => (
          <a key={page} href={path} aria-current={where.page === page ? "page" : undefined}>
            {words[page]}
          </a>
        ))}
      </nav>
      <button
        type="button"
        className="button small palette-button"
        onClick={() => palette.dispatch("open")}
      >
        {words.search} <kbd>Ctrl K</kbd>
      </button>
      {isSandbox ? (
        <span className="chip play" title={words.playMoney}>
          DEV<span className="rest">{` · ${words.playMoney.split(/[:：]/)[0] ?? ""}`}</span>
        </span>
      ) : null}
      <Bell />
      <LanguageButton />
      <a
        className="button plain small"
        href="/settings"
        aria-current={where.page === "settings" ? "page" : undefined}
      >
        {words.settings}
      </a>
      {who.kind === "user" ? (
        <>
          <a className="button plain small account-link" href="/account/security">
            {words.accountNumber(who.session.account)}
          </a>
          <button type="button" className="button small" onClick={() => void signOut()}>
            {words.signOut}
          </button>
        </>
      ) : (
        <a className="button small primary" href="/sign-in">
          {words.signIn}
        </a>
      )}
    </header>
  );
}

/** Changes to the other language. */
function LanguageButton() {
  const language = useLook((look) => look.language);
  const offered = usePart(brand, ({ languages }) => languages);
  const other = LANGUAGES.find(({ key }) => key !== language && offered.includes(key));
  if (other === undefined) return null;
  return (
    <button
      type="button"
      className="button plain small language"
      lang={other.key}
      onClick={() => look.dispatch({ language: other.key })}
    >
      {other.title}
    </button>
  );
}

function BottomNavigation({ where }: { readonly where: Place }) {
  const words = useWords();
  const links = [...LINKS, ["settings", "/settings"]] as const;
  return (
    <nav className="bottom-nav" aria-label={words.more}>
      {links.map(([page, path]) => (
        <a key={page} href={path} aria-current={where.page === page ? "page" : undefined}>
          {words[page]}
        </a>
      ))}
    </nav>
  );
}
