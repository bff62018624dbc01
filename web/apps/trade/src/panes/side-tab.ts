/** What is shown beside the chart where book, tape, depth and, on phones, what is known of the market share a place. */

import { createStore, now } from "@bourse/state/store";

export type SideTab = "book" | "trades" | "depth" | "info";

export const sideTab = createStore<SideTab, SideTab>("book", (_, chosen) => chosen, now);
