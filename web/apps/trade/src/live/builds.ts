/** What a page does about newer builds: the next is offered, and one that is two builds old is loaded anew, when nothing is lost by it. */

import { pending } from "./acks.ts";
import { armed } from "./hotkeys.ts";
import { tellNewBuild } from "./notifications.ts";

/** How many builds a page may be behind. */
const TOO_OLD = 2;
/** How often a page that is too old looks whether it may go: long enough to take the offer first. */
const IDLE_PERIOD_MS = 5_000;

/** Returns what is to be called whenever another build has come. */
export function countBuilds(): () => void {
  let buildsBehind = 0;
  document.addEventListener("input", noteTyping);
  return () => {
    buildsBehind += 1;
    tellNewBuild();
    if (buildsBehind === TOO_OLD) reloadWhenIdle();
  };
}

/** What is chosen in a moment, and again. */
const CHOICES = new Set(["checkbox", "radio", "range"]);

/** Fields that somebody wrote into, while they are there. */
const typed = new Set<HTMLInputElement | HTMLTextAreaElement>();

function noteTyping({ target }: Event): void {
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  if (isField && !CHOICES.has(target.type)) typed.add(target);
}

/** Whether loading the page anew would take something away: what was typed, a question, or an order on its way. */
function wouldLose(): boolean {
  for (const field of typed) if (!field.isConnected) typed.delete(field);
  const isWriting = [...typed].some(({ value }) => value !== "");
  const isAsking = document.querySelector("dialog[open]") !== null;
  return isWriting || isAsking || 0 < pending.get().length || armed.get();
}

/** Loads the page anew as soon as nothing is lost by it. */
function reloadWhenIdle(): void {
  setInterval(() => {
    if (navigator.onLine && !wouldLose()) location.reload();
  }, IDLE_PERIOD_MS);
}
