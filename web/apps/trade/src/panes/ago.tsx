import { spokenLanguage } from "@bourse/kit/languages";
import { agoOf, longAgoOf, type LongAgo } from "@bourse/state/ago";
import { useSyncExternalStore } from "react";
import { look } from "../live/look.ts";
import { dayTime, exactTime, shortTime, zone } from "../live/time.ts";

const PERIOD_MS = 5_000;
const watching = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Calls now and then, with one timer for all of them. */
function watch(call: () => void): () => void {
  watching.add(call);
  timer ??= setInterval(() => {
    for (const one of watching) one();
  }, PERIOD_MS);
  return () => {
    watching.delete(call);
    if (0 < watching.size) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** How long ago a moment was; null beyond an hour. */
const agoText = (atMs: number): string | null => textOf(agoOf(atMs, Date.now()));

function textOf(ago: LongAgo | null): string | null {
  if (ago === null) return null;
  const words = new Intl.RelativeTimeFormat(spokenLanguage(look.get().language), {
    numeric: "auto",
    style: "short",
  });
  return words.format(ago.value, ago.unit);
}

/** How long ago a moment was, within an hour; pointed at or focused, the moment itself. Only its own text is drawn anew. */
export function Ago({ atMs }: { readonly atMs: number }) {
  const text = useSyncExternalStore(watch, () => agoText(atMs) ?? shortTime(atMs));
  return (
    <time
      className="ago"
      tabIndex={0}
      dateTime={new Date(atMs).toISOString()}
      title={`${dayTime(atMs)} ${zone()}`}
    >
      {text}
    </time>
  );
}

/** A moment to the last digit, with how long ago it was, within an hour. */
export function Moment({ atMs }: { readonly atMs: number }) {
  const ago = useSyncExternalStore(watch, () => agoText(atMs));
  return (
    <time dateTime={new Date(atMs).toISOString()}>
      {exactTime(atMs)}
      {ago === null ? null : <span className="quiet">{` · ${ago}`}</span>}
    </time>
  );
}

/** A moment to the minute, with how long ago it was, however long; of what is to come, the moment alone. */
export function Since({ atMs }: { readonly atMs: number }) {
  const ago = useSyncExternalStore(watch, () => textOf(longAgoOf(atMs, Date.now())));
  return (
    <time className="quiet" dateTime={new Date(atMs).toISOString()}>
      {`${dayTime(atMs).slice(0, -3)} ${zone()}${ago === null ? "" : ` · ${ago}`}`}
    </time>
  );
}
