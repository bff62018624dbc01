import type { Refused } from "@bourse/api/client";
import { useOpenedWords } from "@bourse/kit/words";
import { waitSeconds } from "@bourse/state/retry";
import { useEffect, useRef, useState } from "react";
import type { Unloaded } from "../live/retrying.ts";
import { refusalText } from "./refusals.ts";
import { RequestId } from "./request-id.tsx";

/** What could not be loaded and why, that nothing is lost by it, when it is asked for again, and what support looks up. */
export function Failed({
  what,
  refused,
  again,
}: {
  readonly what: string;
  readonly refused: Refused;
  readonly again: () => void;
}) {
  return <Told what={what} refused={refused} left={useCountdown(refused, again)} again={again} />;
}

/** The same of what is asked for again by itself at some moment. */
export function FailedUntil({
  what,
  unloaded: { refused, retryAtMs },
  again,
}: {
  readonly what: string;
  readonly unloaded: Unloaded;
  readonly again: () => void;
}) {
  return <Told what={what} refused={refused} left={useSecondsUntil(retryAtMs)} again={again} />;
}

function Told({
  what,
  refused,
  left,
  again,
}: {
  readonly what: string;
  readonly refused: Refused;
  /** Seconds until it is asked for again; null when it is not. */
  readonly left: number | null;
  readonly again: () => void;
}) {
  const words = useOpenedWords();
  return (
    <div className="empty">
      <div role="alert">
        <p>{words.loadFailed(what)}</p>
        <p>{refusalText(refused, words)}</p>
      </div>
      {/* Not part of what is read aloud: it changes every second. */}
      {left === null ? null : <p className="quiet">{words.retryIn(left)}</p>}
      <button type="button" className="button" onClick={again}>
        {words.retry}
      </button>
      <RequestId refused={refused} />
    </div>
  );
}

/** Returns the seconds until it is asked again, longer after each failure in a row; null when it is not. */
function useCountdown(refused: Refused, again: () => void): number | null {
  const failures = useRef(0);
  const [left, setLeft] = useState<number | null>(null);
  useEffect(() => {
    failures.current += 1;
    let seconds = waitSeconds(refused, failures.current);
    setLeft(seconds);
    if (seconds === null) return;
    const timer = setInterval(() => {
      seconds = (seconds ?? 1) - 1;
      setLeft(Math.max(0, seconds));
      if (seconds === 0) again();
    }, 1_000);
    return () => clearInterval(timer);
  }, [refused, again]);
  return left;
}

/** Returns the seconds until a moment on the clock of the page; null of none. */
function useSecondsUntil(atMs: number | null): number | null {
  const [nowMs, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return atMs === null ? null : Math.max(0, Math.ceil((atMs - nowMs) / 1_000));
}
