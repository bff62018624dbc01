/**
 * What a user has arranged, as documents that the exchange keeps: other tabs are told of changes as they are made, other devices
 * when the exchange has them, and each version is written on the one before it, so that what was written meanwhile is joined,
 * not lost.
 *
 * What has not reached the exchange differs from what it last said, which the browser keeps: it is sent by the next page.
 */

import { Refused } from "@bourse/api/client";
import { createStore, now } from "@bourse/state/store";
import { client } from "./clients.ts";
import { keptFor } from "./kept.ts";

/** How a document is shown here. Its texts are compared, so what says the same has to be the same. */
export interface Shown {
  /** Returns it as it stands in this tab. */
  readonly read: () => string;
  /** Returns a document as it is written here; null for what is there before anything is chosen. */
  readonly plain: (text: string | null) => string;
  /** Takes another text, and keeps it in the browser. */
  readonly take: (text: string) => void;
}

interface Version {
  readonly version: number;
  readonly text: string;
}

interface Change {
  readonly owner: string | null;
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** What is changed by and by is sent once; other devices have it a second later, all in all. */
const SAVE_DELAY_MS = 300;
/** Others may write as often in between. */
const TURNS_MAX = 5;
/** A page that is looked at again asks no more often. */
const ASK_PERIOD_MS = 1_000;
const CONFLICT = 409;
/** The exchange takes it as that there is none. */
const FORGET = "null";
/** The version of a document that is not there. */
const NONE = 0;

const storedAs = (name: string): string => `bourse.${name}`;
const AGREED = "bourse.agreed.";

/** Whether the exchange has refused to keep something, which is left in this browser alone. */
export const unkept = createStore<boolean, boolean>(false, (_, next) => next, now);

const tabs = new BroadcastChannel("bourse.documents");
const documents = new Map<string, Document>();

/** Whether it is known who is there. */
let isKnown = false;

/** Returns what joins what was made of `base` here and elsewhere; where both changed it, that is fetched first. */
async function joining(): Promise<(base: string, mine: string, theirs: string) => string> {
  const { merged } = await import("@bourse/state/merging");
  return (base, mine, theirs) =>
    JSON.stringify(merged(JSON.parse(base), JSON.parse(mine), JSON.parse(theirs)));
}

function readAgreed(name: string): Version | null {
  const text = localStorage.getItem(AGREED + name);
  return text === null ? null : (JSON.parse(text) as Version);
}

class Document {
  private saving: ReturnType<typeof setTimeout> | undefined;
  /** One request after the other. */
  private last: Promise<void> = Promise.resolve();
  private owner: string | null = null;
  /** For whom an answer of the exchange is waited for. */
  private asking: string | null = null;
  private text = "";
  private agreed: Version | null = null;

  constructor(
    private readonly name: string,
    private readonly shown: Shown,
  ) {
    this.begin();
  }

  /** Begins with what is here of whoever is there. */
  begin(): void {
    clearTimeout(this.saving);
    if (this.owner !== keptFor()) this.asking = null;
    this.owner = keptFor();
    this.text = this.shown.read();
    this.agreed = readAgreed(this.name);
    this.ask();
  }

  /** Takes a change that was made here. */
  change(after: string): void {
    const before = this.text;
    if (after === before || !this.isHis()) return;
    this.text = after;
    this.tell(before);
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.flush(), SAVE_DELAY_MS);
  }

  /** Takes a change that was made in another tab, which sends it. */
  hear({ owner, before, after }: Change): void {
    const isOurs = (): boolean => owner === this.owner && this.isHis();
    if (isOurs() && this.text === before) this.show(after);
    else if (isOurs()) {
      joining().then(
        (join) => isOurs() && this.show(join(before, this.text, after)),
        // Without a network it is joined with what the exchange has, later.
        () => undefined,
      );
    }
  }

  /** Takes what the exchange has, and sends what was changed here since. */
  ask(): void {
    if (!isKnown || this.asking === this.owner) return;
    this.asking = this.owner;
    this.queue(async () => {
      await this.fetch().finally(() => (this.asking = null));
      await this.save();
    });
  }

  /** Takes another version, which the exchange has told of, unless it is the one that was sent from here. */
  learn(version: number): void {
    this.queue(async () => {
      if (version === this.agreed?.version) return;
      await this.fetch();
      await this.save();
    });
  }

  /** Sends what is not sent, without waiting for more of it. */
  flush(): void {
    if (this.agreed?.text !== this.text) this.queue(() => this.save());
  }

  /** Whether it belongs to whoever is there now; the exchange keeps nothing of guests. */
  private isHis(): boolean {
    return this.owner === keptFor();
  }

  private queue(act: () => Promise<void>): void {
    clearTimeout(this.saving);
    const { owner } = this;
    if (owner === null || !isKnown) return;
    const isLate = (): boolean => owner !== this.owner || !this.isHis();
    this.last = this.last
      .then(() => (isLate() ? undefined : act()))
      .catch((error: unknown) => {
        // What got no answer is sent with the next change, and when the page is looked at again.
        const isRefused = error instanceof Refused && error.status === 400;
        if (isRefused && !isLate()) unkept.dispatch(true);
      });
  }

  private tell(before: string): void {
    const { owner, name, text: after } = this;
    const change: Change = { owner, name, before, after };
    if (before !== after) tabs.postMessage(change);
  }

  private show(text: string): void {
    const plain = this.shown.plain(text);
    if (plain === this.text) return;
    this.text = plain;
    this.shown.take(plain);
  }

  private agree(version: number, text: string): void {
    this.agreed = { version, text };
    localStorage.setItem(AGREED + this.name, JSON.stringify(this.agreed));
  }

  private async fetch(): Promise<void> {
    const { name, owner } = this;
    const [found, join] = await Promise.all([
      client.call("GET /v1/preferences", { name }),
      this.agreed === null || this.agreed.text === this.text ? null : joining(),
    ]);
    // Somebody else may be there by now.
    if (owner !== this.owner || !this.isHis()) return;
    const kept = found.find((one) => one.name === name);
    const version = kept?.version ?? NONE;
    if (version === this.agreed?.version) return;
    const theirs = this.shown.plain(kept?.value ?? null);
    const before = this.text;
    const { agreed } = this;
    // Who is here for the first time has what the exchange keeps; where it keeps nothing, what is here.
    if (agreed === null) {
      if (kept !== undefined) this.show(theirs);
    } else if (agreed.text === before) this.show(theirs);
    // What was changed meanwhile is joined by the next turn.
    else if (join === null) return;
    else this.show(join(agreed.text, before, theirs));
    this.agree(version, theirs);
    this.tell(before);
  }

  private async save(): Promise<void> {
    const { name, owner } = this;
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      const { text, agreed } = this;
      if (agreed === null || agreed.text === text || owner !== this.owner || !this.isHis()) return;
      const value = text === this.shown.plain(null) ? FORGET : text;
      try {
        const { version } = agreed;
        const stored = await client.call("PUT /v1/preferences", { name, value, version });
        if (owner !== this.owner || !this.isHis()) return;
        this.agree(stored.version, text);
        unkept.dispatch(false);
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== CONFLICT) throw error;
        await this.fetch();
      }
    }
  }
}

/** Follows a document until the returned function is called. */
export function followDocument(name: string, shown: Shown): () => void {
  documents.get(name)?.flush();
  const document = new Document(name, shown);
  documents.set(name, document);
  return () => {
    document.flush();
    if (documents.get(name) === document) documents.delete(name);
  };
}

/** Tells that a document was changed here. */
export function changeDocument(name: string, text: string): void {
  documents.get(name)?.change(text);
}

/** Takes a version of a document that was written elsewhere, where it is shown. */
export function learnDocument(name: string, version: number): void {
  documents.get(name)?.learn(version);
}

/** Takes what the exchange has of all documents: what it told meanwhile was not heard. */
export function askDocuments(): void {
  for (const one of documents.values()) one.ask();
}

/** Begins anew for whoever is there now. */
export function followOwner(): void {
  isKnown = true;
  unkept.dispatch(false);
  for (const document of documents.values()) document.begin();
  sendLeft();
}

/** Sends what pages before this one have left unsent of documents that this one does not show. */
function sendLeft(): void {
  const names = Object.keys(localStorage).filter((key) => key.startsWith(AGREED));
  for (const name of names.map((key) => key.slice(AGREED.length))) {
    const read = (): string => localStorage.getItem(storedAs(name)) ?? "[]";
    if (documents.has(name) || readAgreed(name)?.text === read()) continue;
    const take = (text: string): void => localStorage.setItem(storedAs(name), text);
    followDocument(name, { read, plain: (text) => text ?? "[]", take })();
  }
}

tabs.addEventListener("message", ({ data }: MessageEvent<Change>) => {
  documents.get(data.name)?.hear(data);
});

let askedAtMs = 0;
/** Another device may have written since somebody looked here last, and a page that sleeps is told nothing. */
function askAgain(): void {
  if (document.hidden || performance.now() - askedAtMs < ASK_PERIOD_MS) return;
  askedAtMs = performance.now();
  askDocuments();
}

/** What is closed with the page is sent by the next one. */
const flushAll = (): void => {
  for (const one of documents.values()) one.flush();
};
addEventListener("focus", askAgain);
addEventListener("online", askAgain);
document.addEventListener("visibilitychange", () => (document.hidden ? flushAll() : askAgain()));
addEventListener("pagehide", flushAll);
