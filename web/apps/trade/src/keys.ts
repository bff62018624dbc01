import type { Strings } from "@bourse/kit/strings/en";
import { toWire } from "@bourse/num/format";
import { useEffect } from "react";
import { look } from "./live/look.ts";
import { palette } from "./panes/palette-store.ts";
import { announce } from "./panes/announce.ts";
import { sideTab } from "./panes/side-tab.ts";
import { goToTicket } from "./panes/ticket-store.ts";

/** In their order by number, each with what opens it where it is not there. */
const PANES: readonly (readonly [id: string, open: () => void])[] = [
  ["pane-chart", () => undefined],
  ["pane-book", () => sideTab.dispatch("book")],
  ["pane-trades", () => sideTab.dispatch("trades")],
  ["pane-ticket", () => undefined],
  ["pane-dock", () => undefined],
];

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);

/** Keys that work everywhere: with a modifier, or outside of fields. */
export function useKeys(words: Strings): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      // It has traded.
      if (event.defaultPrevented) return;
      const isChord = event.ctrlKey || event.metaKey;
      if (isChord && event.key.toLowerCase() === "k") palette.dispatch("open");
      else if (event.key === "?" && look.get().hasHelpKey && !isTyping(event.target))
        palette.dispatch("shortcuts");
      else if (event.altKey && /^Digit[1-5]$/.test(event.code)) {
        goToPane(Number(event.code.slice(5)) - 1);
      } else if (event.altKey && event.code === "KeyB") readBest(words);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [words]);
}

/** Gives a part of the trade screen the focus, wherever it is: behind another tab, or in the sheet of a phone. */
function goToPane(index: number): void {
  const [id = "", open] = PANES[index] ?? [];
  if (document.getElementById(id) === null) open?.();
  if (id === "pane-ticket") goToTicket();
  else requestAnimationFrame(() => document.getElementById(id)?.focus());
}

/** Says the best prices of the book that is shown, for whoever does not see it. */
function readBest(words: Strings): void {
  const { bid, ask } = announce.best();
  if (bid === null || ask === null) return;
  announce.say(words.bestPrices(toWire(bid), toWire(ask)));
}
