/** What operators tell of troubles and of work. */

import type { Incident } from "@bourse/api/schema";
import { client } from "./clients.ts";

/** People write what is read here. */
const PERIOD_MS = 60_000;

/** Tells all that is said, again and again, until the returned function is called. */
export function followIncidents(tell: (incidents: readonly Incident[]) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = (): void => {
    client
      .call("GET /v1/incidents", {})
      .then(tell)
      // What was read last stays; whether the exchange is heard stands in the bar at the foot.
      .catch(() => undefined)
      .finally(() => {
        timer = setTimeout(ask, PERIOD_MS);
      });
  };
  ask();
  return () => clearTimeout(timer);
}
