/**
 * What a word of trading means, beside the thing that is called so: whoever rests on it with the mouse, or comes to it by
 * the keyboard, reads it. It goes with Escape, stays while the mouse is on it, and can be switched off.
 *
 * Things name their word by `data-term`; what the words mean is loaded when the first is asked for.
 */

import { loadOpenedWords, loadTerms } from "@bourse/kit/words";
import type { Term, TermStrings } from "@bourse/kit/strings/en-terms";
import { look } from "./look.ts";

const TIP_ID = "term-tip";
const DELAY_MS = 400;
/** Between a thing and its tip, so that the mouse finds the way. */
const GAP_PX = 4;
const EDGE_PX = 8;

const tip = document.createElement("div");
let shownFor: Element | null = null;
let timer = 0;

/** Begins to explain, once. */
export function startTips(): void {
  if (tip.isConnected) return;
  tip.id = TIP_ID;
  tip.className = "tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);
  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "mouse") aim(target);
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element && target.matches(":focus-visible")) aim(target);
  });
  document.addEventListener("focusout", ({ relatedTarget }) => leave(relatedTarget));
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
  document.addEventListener("pointerdown", ({ target }) => leave(target));
  addEventListener("scroll", hide, { capture: true, passive: true });
}

/** Hides it, unless what has the attention now is in it. */
function leave(target: EventTarget | null): void {
  if (!(target instanceof Node) || !tip.contains(target)) hide();
}

/** Takes aim at the thing that an event was on; on nothing that has a word, what is shown goes. */
function aim(target: EventTarget | null): void {
  if (!(target instanceof Element)) return;
  if (tip.contains(target)) {
    clearTimeout(timer);
    return;
  }
  const thing = target.closest("[data-term]");
  if (thing === shownFor && thing !== null) return;
  clearTimeout(timer);
  if (shownFor !== null) timer = window.setTimeout(hide, DELAY_MS);
  if (thing === null || !look.get().showsTips) return;
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    const { language } = look.get();
    void Promise.all([loadTerms(language), loadOpenedWords(language)]).then(([terms, words]) =>
      show(thing, terms, words.wordsOfTrading),
    );
  }, DELAY_MS);
}

/** All words of trading, and this one among them, in a window of their own: what is written here stays. */
function linkTo(name: string, title: string): HTMLElement {
  const link = document.createElement("a");
  link.href = `/settings/words#${name}`;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = title;
  return link;
}

function show(thing: Element, terms: TermStrings, title: string): void {
  const name = thing.getAttribute("data-term");
  if (name === null || !isTerm(name, terms) || !thing.isConnected) return;
  hide();
  shownFor = thing;
  tip.replaceChildren(terms[name], " ", linkTo(name, title));
  tip.hidden = false;
  controlOf(thing)?.setAttribute("aria-details", TIP_ID);
  const [from, size] = [thing.getBoundingClientRect(), tip.getBoundingClientRect()];
  const below = from.bottom + GAP_PX;
  const isRoom = below + size.height + EDGE_PX < innerHeight;
  const top = isRoom ? below : Math.max(EDGE_PX, from.top - GAP_PX - size.height);
  const most = document.documentElement.clientWidth - size.width - EDGE_PX;
  tip.style.insetBlockStart = `${top.toString()}px`;
  tip.style.left = `${Math.max(EDGE_PX, Math.min(from.left, most)).toString()}px`;
}

function hide(): void {
  clearTimeout(timer);
  if (shownFor !== null) controlOf(shownFor)?.removeAttribute("aria-details");
  shownFor = null;
  tip.hidden = true;
}

const controlOf = (thing: Element): Element | null =>
  thing.querySelector("input, select, textarea");

const isTerm = (name: string, terms: TermStrings): name is Term => Object.hasOwn(terms, name);
