/** The small lines beside markets. */

import { useEffect, useState } from "react";
import { client } from "../live/clients.ts";

/** A day by quarters of an hour; of a market that is younger what there is, by minutes or seconds. */
const SPARKS = [
  ["15m", 96],
  ["1m", 120],
  ["1s", 480],
] as const;
/** Fewer make no line. */
const CLOSES_MIN = 8;

async function loadCloses(symbol: string): Promise<readonly string[]> {
  let closes: readonly string[] = [];
  for (const [interval, limit] of SPARKS) {
    const rows = await client.call("GET /api/v3/klines", { symbol, interval, limit });
    closes = rows.map(([, , , , close]) => close);
    if (CLOSES_MIN <= closes.length) break;
  }
  return closes;
}

/** Returns the closes of the last day of a market, or of what there is of it. */
export function useCloses(symbol: string): readonly string[] {
  const [closes, setCloses] = useState<readonly string[]>([]);
  useEffect(() => {
    let isOver = false;
    loadCloses(symbol)
      .then((loaded) => {
        if (!isOver) setCloses(loaded);
      })
      // A line that is missing says nothing wrong.
      .catch(() => undefined);
    return () => {
      isOver = true;
    };
  }, [symbol]);
  return closes;
}
