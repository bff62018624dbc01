/** One market as the trade screen sees it: its book kept in step, and its tape. */

import type { DepthMessage, TradeMessage } from "@bourse/api/schema";
import { DEPTH_START, stepDepth, type DepthInput, type DepthSync } from "@bourse/feed/depth";
import { applyLevels, bookOf, EMPTY_BOOK, type Book, type WireLevel } from "@bourse/state/book";
import { calm, createStore, type Store } from "@bourse/state/store";
import { addPrints, printOf, printOfMessage, type Print } from "@bourse/state/tape";
import { client } from "./clients.ts";
import { beatBy, listen, noticeBook } from "./exchange.ts";
import { newest } from "./last-price.ts";
import { Retrying, type Unloaded } from "./retrying.ts";

export interface BookView {
  readonly book: Book;
  readonly isLoaded: boolean;
  /** Why it is not. */
  readonly unloaded: Unloaded | null;
  /** How many messages it has taken in. */
  readonly updates: number;
}

type BookAction =
  | {
      readonly kind: "replace";
      readonly bids: readonly WireLevel[];
      readonly asks: readonly WireLevel[];
    }
  | { readonly kind: "apply"; readonly message: DepthMessage }
  | { readonly kind: "failed"; readonly unloaded: Unloaded };

export interface TapeView {
  readonly prints: readonly Print[];
  readonly isLoaded: boolean;
  /** Why it is not. */
  readonly unloaded: Unloaded | null;
}

/** Ten times a second is as fast as anyone reads a book. */
const BOOK_PERIOD_MS = 100;
const TAPE_PERIOD_MS = 200;
const DEPTH_LEVELS = 1_000;
const RETRY_MS = 1_000;

export class MarketView {
  readonly book: Store<BookView, BookAction>;
  readonly tape: Store<TapeView, readonly Print[] | Unloaded>;
  private readonly depthAsked = new Retrying(() => void this.fetchDepth());
  private readonly tapeAsked = new Retrying(() => void this.loadTape());
  readonly askBook = this.depthAsked.now;
  readonly askTape = this.tapeAsked.now;
  private sync: DepthSync = DEPTH_START;
  private isFetching = false;
  private isStopped = false;
  private readonly ends: (() => void)[] = [];

  constructor(readonly symbol: string) {
    this.book = createStore<BookView, BookAction>(
      { book: EMPTY_BOOK, isLoaded: false, unloaded: null, updates: 0 },
      reduceBook,
      calm(BOOK_PERIOD_MS),
    );
    this.tape = createStore<TapeView, readonly Print[] | Unloaded>(
      { prints: [], isLoaded: false, unloaded: null },
      (before, told) =>
        "refused" in told
          ? { ...before, unloaded: told }
          : { prints: addPrints(before.prints, told), isLoaded: true, unloaded: null },
      calm(TAPE_PERIOD_MS),
    );
  }

  start(): void {
    const name = this.symbol.toLowerCase();
    beatBy(this.symbol);
    this.ends.push(
      this.tape.subscribe(() => {
        newest.dispatch({ symbol: this.symbol, print: this.tape.get().prints[0] ?? null });
      }),
      listen(
        `${name}@depth@100ms`,
        (data) => this.step({ kind: "message", message: data as DepthMessage }),
        () => this.step({ kind: "restart" }),
      ),
      listen(
        `${name}@trade`,
        (data) => this.tape.dispatch([printOfMessage(data as TradeMessage)]),
        () => void this.loadTape(),
      ),
    );
  }

  stop(): void {
    this.isStopped = true;
    this.depthAsked.end();
    this.tapeAsked.end();
    for (const end of this.ends) end();
  }

  private step(input: DepthInput): void {
    const { sync, effects } = stepDepth(this.sync, input);
    this.sync = sync;
    for (const effect of effects) {
      switch (effect.kind) {
        case "replace":
          this.book.dispatch({ kind: "replace", bids: effect.depth.bids, asks: effect.depth.asks });
          break;
        case "apply":
          this.book.dispatch(effect);
          break;
        case "gap":
          noticeBook(false);
          break;
        case "fetch":
          void this.fetchDepth();
          break;
      }
    }
    if (input.kind === "snapshot" && sync.kind === "synced") noticeBook(true);
  }

  private async fetchDepth(): Promise<void> {
    if (this.isFetching || this.isStopped) return;
    this.isFetching = true;
    const { symbol } = this;
    const told = await client
      .call("GET /api/v3/depth", { symbol, limit: DEPTH_LEVELS })
      .catch((error: unknown) => this.depthAsked.fail(error));
    this.isFetching = false;
    if ("refused" in told) {
      this.book.dispatch({ kind: "failed", unloaded: told });
      return;
    }
    this.depthAsked.end();
    this.step({ kind: "snapshot", depth: told });
    if (this.isBuffering()) setTimeout(() => void this.fetchDepth(), RETRY_MS);
  }

  /** Asked anew: steps change it while a snapshot is waited for. */
  private isBuffering(): boolean {
    return this.sync.kind === "buffering";
  }

  private async loadTape(): Promise<void> {
    if (this.isStopped) return;
    const told = await client
      .call("GET /api/v3/trades", { symbol: this.symbol, limit: 100 })
      .catch((error: unknown) => this.tapeAsked.fail(error));
    if (!("refused" in told)) this.tapeAsked.end();
    this.tape.dispatch("refused" in told ? told : told.map(printOf));
  }
}

function reduceBook(before: BookView, action: BookAction): BookView {
  const updates = before.updates + 1;
  switch (action.kind) {
    case "failed":
      return { ...before, unloaded: action.unloaded };
    case "replace":
      return {
        book: bookOf(action.bids, action.asks),
        isLoaded: true,
        unloaded: null,
        updates,
      };
    case "apply":
      return {
        ...before,
        book: applyLevels(before.book, action.message.b, action.message.a),
        updates,
      };
  }
}
