/** Whether the command palette or the list of shortcuts is open. */

import { createStore, now } from "@bourse/state/store";

export type Opened = "none" | "palette" | "shortcuts";
type Action = "open" | "shortcuts" | "close";

export const palette = createStore<Opened, Action>(
  "none",
  (_, action) => (action === "open" ? "palette" : action === "shortcuts" ? "shortcuts" : "none"),
  now,
);
