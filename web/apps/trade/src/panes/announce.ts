/** What is said to screen readers on request, and the best prices of the book that is on the screen. */

import type { Price } from "@bourse/num/decimal";

interface Best {
  readonly bid: Price | null;
  readonly ask: Price | null;
}

let look: () => Best = () => ({ bid: null, ask: null });

export const announce = {
  /** Says a sentence once, politely. */
  say(text: string): void {
    const id = "announcement";
    const element = document.getElementById(id) ?? document.createElement("p");
    element.id = id;
    element.className = "hidden-text";
    element.setAttribute("role", "status");
    document.body.append(element);
    element.textContent = "";
    setTimeout(() => {
      element.textContent = text;
    }, 50);
  },
  best: (): Best => look(),
  /** Names the book that is shown. */
  watch(best: () => Best): void {
    look = best;
  },
};
