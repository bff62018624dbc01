import { useFrameWords } from "@bourse/kit/entry-words";
import { LANGUAGES } from "@bourse/kit/languages";
import type { ReactNode } from "react";
import { brand, useFeature } from "../live/brand.ts";
import { look } from "../live/look.ts";
import { useLook, usePart, useStore } from "../live/use.ts";
import { signOut, visitor } from "../live/visitor.ts";
import { useSandbox } from "../pages/sandbox.ts";
import type { Place } from "../router.ts";

const LINKS = [
  ["markets", "/markets"],
  ["trade", "/trade"],
  ["orders", "/orders"],
  ["positions", "/positions"],
  ["wallet", "/wallet"],
] as const;

/** Returns the pages that the head leads to, those alone whose part the exchange has. */
function useLinks() {
  const hasContracts = useFeature("contracts");
  return LINKS.filter(([page]) => page !== "positions" || hasContracts);
}

/** The way past what every page begins with, for those who do not see it at once. */
export function SkipLink() {
  const words = useFrameWords();
  return (
    <a className="skip" href="#content">
      {words.skip}
    </a>
  );
}

/** The head of every page: where one is, and who. */
export function Header({
  where,
  search,
  bell,
}: {
  readonly where: Place;
  /** What opens the search, and the way to the news, where there are any. */
  readonly search?: ReactNode;
  readonly bell?: ReactNode;
}) {
  const words = useFrameWords();
  const isSandbox = useSandbox();
  const { name, logo } = useStore(brand);
  return (
    <header className="header">
      <a className="brand" href="/markets" aria-label={name}>
        {logo === null ? <span aria-hidden="true">◆</span> : <img src={logo} alt="" />} {name}
      </a>
      <nav className="main-nav" aria-label={words.mainNavigation}>
        {useLinks().map(([page, path]) => (
          <a key={page} href={path} aria-current={where.page === page ? "page" : undefined}>
            {words[page]}
          </a>
        ))}
      </nav>
      {search}
      {isSandbox ? (
        <span className="chip play" title={words.playMoney}>
          DEV<span className="rest">{` · ${words.playMoney.split(/[:：]/)[0] ?? ""}`}</span>
        </span>
      ) : null}
      {bell}
      <LanguageButton />
      <a
        className="button plain small"
        href="/settings"
        aria-current={where.page === "settings" ? "page" : undefined}
      >
        {words.settings}
      </a>
      <Who />
    </header>
  );
}

/** Who is signed in, and the way in or out. */
function Who() {
  const words = useFrameWords();
  const who = useStore(visitor);
  if (who.kind !== "user") {
    return (
      <a className="button small primary" href="/sign-in">
        {words.signIn}
      </a>
    );
  }
  return (
    <>
      <a className="button plain small account-link" href="/account/security">
        {words.accountNumber(who.session.account)}
      </a>
      <button type="button" className="button small sign-out" onClick={() => void signOut()}>
        {words.signOut}
      </button>
    </>
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

/** What the head leads to, within reach of a thumb. */
export function BottomNavigation({ where }: { readonly where: Place }) {
  const words = useFrameWords();
  const links = [...useLinks(), ["settings", "/settings"]] as const;
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
