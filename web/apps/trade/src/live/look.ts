/** What a person has chosen of how the pages look; kept in the browser, and for users by the exchange. */

import { isMirrored, type Language } from "@bourse/kit/languages";
import { COLUMNS, readColumns, type Column, type Stack } from "@bourse/state/arrangement";
import { createStore, now } from "@bourse/state/store";
import type { Interval } from "@bourse/state/candles";
import { keepFor } from "./kept.ts";

export type Theme = "system" | "dark" | "light" | "contrast";
export type Direction = "green-up" | "red-up" | "blue-orange";
export type ChartStyle = "candle_solid" | "candle_stroke" | "ohlc" | "area" | "line" | "heikin";
export type Scale = "normal" | "logarithm" | "percentage";

/** A chart beside the first; an empty market or interval is that of the screen. */
export interface MoreChart {
  readonly symbol: string;
  readonly interval: string;
}

export interface Look {
  readonly theme: Theme;
  readonly direction: Direction;
  readonly language: Language;
  /** From left to right, and whether the account lies below the chart alone. */
  readonly columns: readonly Column[];
  readonly stack: Stack;
  /** Layouts under names; each is read when it is shown. */
  readonly layouts: Readonly<Record<string, unknown>>;
  /** Per cent of the trade screen's height. */
  readonly dockShare: number;
  /** Widths in pixels. */
  readonly sideWidth: number;
  readonly ticketWidth: number;
  readonly isCompact: boolean;
  /** Whether times are those of this place instead of UTC. */
  readonly isLocalTime: boolean;
  readonly asksBeforeOrders: boolean;
  readonly showsToasts: boolean;
  /** Whether words of trading are explained where they stand. */
  readonly showsTips: boolean;
  /** Whether the key `?` opens the list of keys. */
  readonly hasHelpKey: boolean;
  /** Whether the chart is put away on a phone. */
  readonly foldsChart: boolean;
  /** Whether watched markets stand beside a wide trade screen. */
  readonly showsRail: boolean;
  readonly playsSounds: boolean;
  /** Whether nothing moves by itself, whatever the system says. */
  readonly isStill: boolean;
  readonly watchlist: readonly string[];
  readonly interval: Interval;
  /** Those of markets that have no set of their own. */
  readonly indicators: readonly string[];
  /** One, two or four. */
  readonly chartCount: number;
  readonly moreCharts: readonly MoreChart[];
  /** Numbers of indicators that are not the standard ones, by name. */
  readonly indicatorNumbers: Readonly<Record<string, string>>;
  /** Sets of indicators by market; each is read when it is shown. */
  readonly marketIndicators: Readonly<Record<string, unknown>>;
  readonly chartStyle: ChartStyle;
  readonly scale: Scale;
  /** Keys that trade, by what they do. */
  readonly hotkeys: Readonly<Record<string, string>>;
}

const KEPT_AS = "bourse.look";
/** The name of the document that the exchange keeps. */
const DOCUMENT = "look";

const STANDARD: Look = {
  theme: "system",
  direction: "green-up",
  language: navigator.language.startsWith("zh") ? "zh-CN" : "en",
  columns: COLUMNS,
  stack: "beside",
  layouts: {},
  dockShare: 30,
  sideWidth: 284,
  ticketWidth: 300,
  isCompact: false,
  isLocalTime: false,
  asksBeforeOrders: false,
  showsToasts: true,
  showsTips: true,
  hasHelpKey: true,
  foldsChart: false,
  showsRail: true,
  playsSounds: false,
  isStill: false,
  watchlist: [],
  interval: "1m",
  indicators: ["VOL"],
  indicatorNumbers: {},
  marketIndicators: {},
  chartCount: 1,
  moreCharts: [],
  chartStyle: "candle_solid",
  scale: "normal",
  hotkeys: {},
};

/** How many charts there can be beside each other. */
export const CHART_COUNTS: readonly number[] = [1, 2, 4];

const isChart = (kept: unknown): kept is MoreChart =>
  typeof kept === "object" &&
  kept !== null &&
  "symbol" in kept &&
  typeof kept.symbol === "string" &&
  "interval" in kept &&
  typeof kept.interval === "string";

/** Reads a document; what is missing or of another shape is standard. */
export function readLook(text: string | null): Look {
  if (text === null) return STANDARD;
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept !== "object" || kept === null) return STANDARD;
    const fitting = Object.entries(kept).filter(
      ([name, value]) =>
        name in STANDARD &&
        typeof value === typeof STANDARD[name as keyof Look] &&
        Array.isArray(value) === Array.isArray(STANDARD[name as keyof Look]),
    );
    const found: Look = { ...STANDARD, ...Object.fromEntries(fitting) };
    return {
      ...found,
      columns: readColumns(found.columns),
      chartCount: CHART_COUNTS.includes(found.chartCount) ? found.chartCount : 1,
      moreCharts: found.moreCharts.filter(isChart),
    };
  } catch {
    return STANDARD;
  }
}

export const look = createStore<Look, Partial<Look>>(
  readLook(localStorage.getItem(KEPT_AS)),
  (before, change) => ({ ...before, ...change }),
  now,
);

const systemIsLight = matchMedia("(prefers-color-scheme: light)");
const systemHasContrast = matchMedia("(prefers-contrast: more)");

/** What the system asks for; the document does the same before the first paint. */
function systemTheme(): Exclude<Theme, "system"> {
  if (systemHasContrast.matches) return "contrast";
  return systemIsLight.matches ? "light" : "dark";
}

function wear(): void {
  const { theme, direction, language, isStill } = look.get();
  const root = document.documentElement;
  const { dataset } = root;
  dataset["theme"] = theme === "system" ? systemTheme() : theme;
  dataset["direction"] = direction;
  root.classList.toggle("still", isStill);
  root.lang = language;
  root.dir = isMirrored(language) ? "rtl" : "ltr";
}

/** What joins it with what other tabs and devices make of it; comes behind the first paint. */
let documents: typeof import("./documents.ts") | null = null;
const read = (): string => JSON.stringify(look.get());

function keep(): void {
  const text = read();
  localStorage.setItem(KEPT_AS, text);
  // At once: what another tab has changed would be taken for a change made here if that were told later.
  documents?.changeDocument(DOCUMENT, text);
}

/** Takes what the exchange keeps for whoever has signed in; null after signing out. */
export function followUser(account: number | null): void {
  if (keepFor(account)) look.dispatch({ ...STANDARD, ...seen() });
  import("./documents.ts").then(
    (loaded) => {
      if (documents === null) {
        documents = loaded;
        const plain = (text: string | null): string => JSON.stringify(readLook(text));
        const take = (text: string): void => look.dispatch(readLook(text));
        loaded.followDocument(DOCUMENT, { read, plain, take });
      }
      loaded.followOwner();
    },
    // Without a network the browser alone has it, and the next page tries again.
    () => undefined,
  );
}

/**
 * Whoever signs out has everything of theirs cleared from the browser by the exchange. How the pages are seen stays: that of
 * signing in, which is another document, looks the same.
 */
function keepSeen(): void {
  if (localStorage.getItem(KEPT_AS) === null) {
    localStorage.setItem(KEPT_AS, JSON.stringify(seen()));
  }
}

/** What is nobody's: how the pages are seen. */
function seen(): Partial<Look> {
  const { theme, direction, language, isStill } = look.get();
  return { theme, direction, language, isStill };
}

/** Applies the look, now and after every change. */
export function wearLook(): void {
  wear();
  look.subscribe(wear);
  look.subscribe(keep);
  addEventListener("pagehide", keepSeen);
  systemIsLight.addEventListener("change", wear);
  systemHasContrast.addEventListener("change", wear);
}
