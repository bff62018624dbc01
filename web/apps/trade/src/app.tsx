import { FrameWords } from "@bourse/kit/entry-words";
import { ENGLISH, loadWords, useWords, Words } from "@bourse/kit/words";
import { lazy, Suspense, useEffect, useState } from "react";
import { useLook, useStore } from "./live/use.ts";
import { useKeys } from "./keys.ts";
import { TradePage } from "./pages/trade.tsx";
import { Boundary } from "./panes/boundary.tsx";
import { Loading } from "./panes/empty.tsx";
import { BottomNavigation, Header, SkipLink } from "./panes/header.tsx";
import { palette } from "./panes/palette-store.ts";
import { StatusBar } from "./panes/status-bar.tsx";
import { isEntry, place, type Place } from "./router.ts";

const page = {
  markets: lazy(async () => ({ default: (await import("./pages/markets.tsx")).MarketsPage })),
  palette: lazy(async () => ({ default: (await import("./panes/palette.tsx")).Palette })),
  shortcuts: lazy(async () => ({ default: (await import("./panes/shortcuts.tsx")).Shortcuts })),
  cancelOrders: lazy(async () => ({
    default: (await import("./panes/cancel-orders.tsx")).CancelOrders,
  })),
  other: lazy(async () => ({ default: (await import("./pages/other.tsx")).OtherPage })),
};

const IncidentBanner = lazy(async () => ({
  default: (await import("./panes/incident-banner.tsx")).IncidentBanner,
}));

const Bell = lazy(async () => ({ default: (await import("./panes/bell.tsx")).Bell }));
const Toasts = lazy(async () => ({ default: (await import("./panes/toasts.tsx")).Toasts }));

/** The whole screen: frame, page, and what lies over it. */
export function App() {
  const language = useLook((look) => look.language);
  // Until its first words are here they are English; what follows is asked for in no other language.
  const [spoken, setSpoken] = useState(() => ({ ...ENGLISH, language }));
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
    <FrameWords value={spoken}>
      <Words value={spoken}>
        <Boundary>
          <Frame />
        </Boundary>
      </Words>
    </FrameWords>
  );
}

function Frame() {
  const words = useWords();
  const where = useStore(place);
  const opened = useStore(palette);
  useKeys(words);
  return (
    <div className={`frame on-${where.page}`}>
      <SkipLink />
      <Header
        where={where}
        search={<SearchButton />}
        bell={
          <Suspense>
            <Bell />
          </Suspense>
        }
      />
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
      <Suspense>
        <Toasts />
      </Suspense>
      <Boundary key={opened}>
        <Suspense>
          {opened === "palette" ? <page.palette /> : null}
          {opened === "shortcuts" ? <page.shortcuts /> : null}
          {opened === "cancelOrders" ? (
            <page.cancelOrders symbol={null} onClose={() => palette.dispatch("close")} />
          ) : null}
        </Suspense>
      </Boundary>
    </div>
  );
}

function Page({ where }: { readonly where: Place }) {
  if (where.page === "markets") return <page.markets />;
  if (where.page === "trade") return <TradePage symbol={where.symbol} />;
  // Another document has it, and is on its way.
  if (isEntry(where)) return null;
  return <page.other where={where} />;
}

/** Opens the palette. */
function SearchButton() {
  const words = useWords();
  return (
    <button
      type="button"
      className="button small palette-button"
      onClick={() => palette.dispatch("open")}
    >
      {words.search} <kbd>Ctrl K</kbd>
    </button>
  );
}
