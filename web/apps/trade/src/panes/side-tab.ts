/** What is shown beside the chart where book, tape and depth share a place. */

import { createStore, now } from "@bourse/state/store";

export type SideTab = "book" | "trades" | "depth";

export const sideTab = createStore<SideTab, SideTab>("book", (_, chosen) => chosen, now);
