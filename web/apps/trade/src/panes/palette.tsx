import { Dialog } from "@bourse/kit/dialog.tsx";
import { type OpenedWords, useOpenedWords } from "@bourse/kit/words";
import { HOTKEY_ACTIONS, readHotkeys } from "@bourse/state/hotkeys";
import { useState } from "react";
import { markets } from "../live/exchange.ts";
import { look } from "../live/look.ts";
import { own } from "../live/session.ts";
import { signOut, visitor } from "../live/visitor.ts";
import { useStore } from "../live/use.ts";
import { go } from "../router.ts";
import { palette } from "./palette-store.ts";

interface Command {
  readonly title: string;
  readonly run: () => void;
}

const SHOWN_MAX = 12;

function commandsOf(words: OpenedWords, symbols: readonly string[]): readonly Command[] {
  const page = (title: string, path: string): Command => ({ title, run: () => go(path) });
  const { orders } = own.get();
  return [
    ...symbols.map((symbol) => page(symbol, `/trade/${symbol}`)),
    page(words.markets, "/markets"),
    page(words.wallet, "/wallet"),
    page(words.orders, "/orders"),
    page(words.security, "/account/security"),
    page(words.apiKeys, "/account/keys"),
    page(words.sessions, "/account/sessions"),
    page(words.settings, "/settings"),
    ...(visitor.get().kind === "user"
      ? [
          ...(orders.size === 0
            ? []
            : [{ title: words.cancelAll, run: () => palette.dispatch("cancelOrders") }]),
          { title: words.signOut, run: () => void signOut() },
        ]
      : [page(words.signIn, "/sign-in")]),
    { title: `${words.theme}: ${words.themeDark}`, run: () => look.dispatch({ theme: "dark" }) },
    { title: `${words.theme}: ${words.themeLight}`, run: () => look.dispatch({ theme: "light" }) },
    { title: words.shortcuts, run: () => palette.dispatch("shortcuts") },
  ];
}

/** Finds a market, a page or an action by a few letters. */
export function Palette() {
  const words = useOpenedWords();
  const all = useStore(markets);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const symbols = all.kind === "there" ? [...all.bySymbol.keys()] : [];
  const wanted = text.trim().toLowerCase();
  const found = commandsOf(words, symbols)
    .filter(({ title }) => title.toLowerCase().includes(wanted))
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

/** What keys do. */
export function Shortcuts() {
  const words = useOpenedWords();
  const rows: readonly (readonly [string, string])[] = [
    ["Ctrl K", words.keyPalette],
    ["?", words.keyHelp],
    ["Alt 1 – Alt 5", words.keyPanes],
    ["Alt B", words.readBest],
    ["Ctrl Enter", words.keySubmit],
    ["Enter", words.keyChart],
    ["Esc", words.keyClose],
  ];
  const keys = readHotkeys(look.get().hotkeys);
  return (
    <Dialog title={words.shortcuts} onClose={() => palette.dispatch("close")}>
      <dl className="shortcuts">
        {rows.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h3>{words.hotkeys}</h3>
      <p className="hint">{words.hotkeysHint}</p>
      <dl className="shortcuts">
        {HOTKEY_ACTIONS.map((action) => (
          <div key={action}>
            <dt>
              <kbd>{keys[action]}</kbd>
            </dt>
            <dd>{words[`hotkey_${action}`]}</dd>
          </div>
        ))}
      </dl>
      <div className="row end">
        <button type="button" className="button" onClick={() => palette.dispatch("close")}>
          {words.close}
        </button>
      </div>
    </Dialog>
  );
}
