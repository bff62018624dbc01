/**
 * The pages without a network: a worker keeps the document and its files, and this says when another build has come. A page
 * that is two builds old is loaded anew, when nothing is lost by it.
 */

import { pending } from "./acks.ts";
import { armed } from "./hotkeys.ts";
import { toasts } from "./notifications.ts";

const WORKER = "/sw.js";
/** Of the names that the content policy allows, the only one. */
const POLICY = "bourse-worker";

/** The toast that offers the newer build. */
const OFFER = -1;
/** How many builds a page may be behind. */
const TOO_OLD = 2;
const LOOK_PERIOD_MS = 3_600_000;
/** How often a page that is too old looks whether it may go: long enough to take the offer first. */
const IDLE_PERIOD_MS = 5_000;

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (text: string) => string },
  ): { createScriptURL: (text: string) => unknown };
}

/** The address of the worker, as browsers that check such addresses take it. */
function workerAddress(): string {
  const policies = (window as { readonly trustedTypes?: Policies }).trustedTypes;
  if (policies === undefined) return WORKER;
  const policy = policies.createPolicy(POLICY, { createScriptURL: () => WORKER });
  // Browsers without such a check take a text, and so does the type of the call.
  return policy.createScriptURL(WORKER) as string;
}

/** Lets the pages be installed and opened without a network; browsers that cannot are none the worse. */
export function keepShell(): void {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  const hadWorker = serviceWorker.controller !== null;
  let buildsBehind = 0;
  serviceWorker.addEventListener("controllerchange", () => {
    if (!hadWorker) return;
    buildsBehind += 1;
    toasts.dispatch({ end: OFFER });
    toasts.dispatch({ add: { id: OFFER, kind: "updated" } });
    if (buildsBehind === TOO_OLD) reloadWhenIdle();
  });
  serviceWorker.register(workerAddress()).then(
    (worker) => {
      // A page that is open for long asks by itself.
      setInterval(() => void worker.update().catch(() => undefined), LOOK_PERIOD_MS);
    },
    () => undefined,
  );
  document.addEventListener("input", noteTyping);
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
