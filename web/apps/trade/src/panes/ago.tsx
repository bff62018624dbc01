import { spokenLanguage } from "@bourse/kit/languages";
import { agoOf } from "@bourse/state/ago";
import { useSyncExternalStore } from "react";
import { look } from "../live/look.ts";
import { dayTime, shortTime, zone } from "../live/time.ts";

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

function textOf(atMs: number): string {
  const ago = agoOf(atMs, Date.now());
  if (ago === null) return shortTime(atMs);
  const words = new Intl.RelativeTimeFormat(spokenLanguage(look.get().language), {
    numeric: "auto",
    style: "short",
  });
  return words.format(ago.value, ago.unit);
}

/** How long ago a moment was, within an hour; pointed at or focused, the moment itself. Only its own text is drawn anew. */
export function Ago({ atMs }: { readonly atMs: number }) {
  const text = useSyncExternalStore(watch, () => textOf(atMs));
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
