import { Dialog } from "@bourse/kit/dialog.tsx";
import { LANGUAGES } from "@bourse/kit/languages";
import { type OpenedWords, useOpenedWords } from "@bourse/kit/words";
import type { Market } from "@bourse/state/market";
import { useState } from "react";
import { brand, type Feature } from "../live/brand.ts";
import { markets } from "../live/exchange.ts";
import { look, type Look } from "../live/look.ts";
import { own } from "../live/session.ts";
import { signOut, visitor } from "../live/visitor.ts";
import { useStore } from "../live/use.ts";
import { useSandbox } from "../pages/sandbox.ts";
import { go } from "../router.ts";
import { palette } from "./palette-store.ts";

interface Command {
  readonly title: string;
  /** What it is found by as well. */
  readonly also?: string;
  readonly run: () => void;
}

const SHOWN_MAX = 12;

const page = (title: string, path: string, also = ""): Command => ({
  title,
  also,
  run: () => go(path),
});

/** Every page and section that this exchange shows. */
function pagesOf(words: OpenedWords, isSandbox: boolean): readonly Command[] {
  const { features } = brand.get();
  const offered = (feature: Feature, ...some: readonly Command[]): readonly Command[] =>
    features.includes(feature) ? some : [];
  return [
    page(words.markets, "/markets"),
    page(words.wallet, "/wallet", words.balances),
    ...offered("portfolio", page(words.portfolio, "/wallet/portfolio")),
    page(words.ledger, "/wallet/ledger"),
    page(words.fees, "/wallet/fees"),
    ...offered("statements", page(words.statements, "/wallet/statements")),
    ...(isSandbox ? offered("faucet", page(words.faucet, "/wallet")) : []),
    page(words.orders, "/orders", `${words.orderHistory} ${words.tradeHistory}`),
    page(words.security, "/account/security"),
    page(words.apiKeys, "/account/keys"),
    page(words.sessions, "/account/sessions"),
    page(words.identity, "/account/identity"),
    ...offered("notifications", page(words.notifications, "/account/notifications")),
    ...offered("subaccounts", page(words.subAccounts, "/account/subaccounts")),
    page(words.dataAndClosing, "/account/data"),
    page(words.settings, "/settings"),
    page(words.wordsOfTrading, "/settings/words"),
    { title: words.status, run: () => location.assign("/status") },
  ];
}

/** How the pages look. */
function settingsOf(words: OpenedWords): readonly Command[] {
  const set = (what: string, title: string, change: Partial<Look>): Command => ({
    title: `${what}: ${title}`,
    run: () => look.dispatch(change),
  });
  const { languages } = brand.get();
  return [
    set(words.theme, words.themeSystem, { theme: "system" }),
    set(words.theme, words.themeDark, { theme: "dark" }),
    set(words.theme, words.themeLight, { theme: "light" }),
    set(words.theme, words.themeContrast, { theme: "contrast" }),
    set(words.direction, words.directionGreen, { direction: "green-up" }),
    set(words.direction, words.directionRed, { direction: "red-up" }),
    set(words.direction, words.directionBlue, { direction: "blue-orange" }),
    ...LANGUAGES.filter(({ key }) => languages.includes(key)).map(({ key, title }) =>
      set(words.language, title, { language: key }),
    ),
  ];
}

function commandsOf(
  words: OpenedWords,
  listed: readonly Market[],
  isSandbox: boolean,
): readonly Command[] {
  const { orders } = own.get();
  return [
    ...listed.map(({ symbol, base, quote }) =>
      page(`${base}/${quote}`, `/trade/${symbol}`, symbol),
    ),
    ...pagesOf(words, isSandbox),
    ...(visitor.get().kind === "user"
      ? [
          ...(orders.size === 0
            ? []
            : [{ title: words.cancelAll, run: () => palette.dispatch("cancelOrders") }]),
          { title: words.signOut, run: () => void signOut() },
        ]
      : [page(words.signIn, "/sign-in")]),
    ...settingsOf(words),
    { title: words.shortcuts, run: () => palette.dispatch("shortcuts") },
  ];
}

/** Finds a market, a page or an action by a few letters. */
export function Palette() {
  const words = useOpenedWords();
  const all = useStore(markets);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const isSandbox = useSandbox();
  const listed = all.kind === "there" ? [...all.bySymbol.values()] : [];
  const wanted = text.trim().toLowerCase();
  const found = commandsOf(words, listed, isSandbox)
    .filter(({ title, also = "" }) => `${title} ${also}`.toLowerCase().includes(wanted))
    .slice(0, SHOWN_MAX);
  const index = Math.min(chosen, Math.max(0, found.length - 1));
  const run = (command: Command | undefined): void => {
    palette.dispatch("close");
    command?.run();
  };
  return (
    <Dialog title={words.commandPalette} onClose={() => palette.dispatch("close")}>
      <input
        className="search wide"
        role="combobox"
        aria-label={words.searchAnything}
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length === 0 ? undefined : `palette-${index.toString()}`}
        placeholder={words.searchAnything}
        value={text}
        // The dialog was opened to type here.
        autoFocus
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setChosen(Math.min(found.length - 1, index + 1));
          else if (event.key === "ArrowUp") setChosen(Math.max(0, index - 1));
          else if (event.key === "Enter") run(found[index]);
          else return;
          event.preventDefault();
        }}
      />
      <ul id="palette-list" className="palette" role="listbox" aria-label={words.commandPalette}>
        {found.map((command, at) => (
          <li
            key={command.title}
            id={`palette-${at.toString()}`}
            role="option"
            aria-selected={at === index}
            onClick={() => run(command)}
          >
            {command.title}
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p className="quiet">{words.nothingFound}</p> : null}
    </Dialog>
  );
}
