import { ENGLISH_FRAME, FrameWords, loadEntryWords, useFrameWords } from "@bourse/kit/entry-words";
import { Suspense, useEffect, useState } from "react";
import { brand } from "./live/brand.ts";
import { useLook, useStore } from "./live/use.ts";
import { EntryPage } from "./pages/entry.tsx";
import { Boundary } from "./panes/boundary.tsx";
import { BottomNavigation, Header, SkipLink } from "./panes/header.tsx";
import { IncidentBanner } from "./panes/incident-banner.tsx";
import { OperatorLinks } from "./panes/operator-links.tsx";
import { isEntry, place } from "./router.ts";

/** The document of signing in and what leads there: the frame without what needs the market, and one page. */
export function EntryApp() {
  const language = useLook((look) => look.language);
  const [spoken, setSpoken] = useState(ENGLISH_FRAME);
  useEffect(() => {
    let isOver = false;
    void loadEntryWords(language).then((loaded) => {
      if (!isOver) setSpoken(loaded);
    });
    return () => {
      isOver = true;
    };
  }, [language]);
  return (
    <FrameWords value={spoken}>
      <Boundary>
        <Frame />
      </Boundary>
    </FrameWords>
  );
}

function Frame() {
  const words = useFrameWords();
  const where = useStore(place);
  const { name } = useStore(brand);
  return (
    <div className={`frame on-${where.page}`}>
      <SkipLink />
      <Header where={where} />
      <aside className="banners" aria-label={words.announcements}>
        <IncidentBanner />
      </aside>
      <main id="content" tabIndex={-1}>
        <Boundary key={where.page}>
          <Suspense fallback={<p className="empty quiet">…</p>}>
            <EntryPage page={isEntry(where) ? where.page : "sign-in"} />
          </Suspense>
        </Boundary>
      </main>
      <footer className="status-bar">
        <bdi>{name}</bdi>
        <OperatorLinks />
      </footer>
      <BottomNavigation where={where} />
    </div>
  );
}
