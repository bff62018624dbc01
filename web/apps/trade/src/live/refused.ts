/** Why the exchange did not do what was asked, for what tells it. */

import { Refused } from "@bourse/api/client";

export const isRefused = (value: unknown): value is Refused => value instanceof Refused;

/** Returns why something failed, as of no answer where it was no refusal. */
export const refusedOf = (error: unknown): Refused =>
  isRefused(error) ? error : new Refused(0, 0, "no answer");
