/** To which address a letter with a token is on its way, for the page that takes the token. */

import { createStore, now } from "@bourse/state/store";

export const awaitedLetter = createStore<string, string>("", (_, email) => email, now);
