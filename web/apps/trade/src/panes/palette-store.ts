/** Whether the command palette, or what it leads to, is open. */

import { createStore, now } from "@bourse/state/store";

export type Opened = "none" | "palette" | "shortcuts" | "cancelOrders";
type Action = "open" | "shortcuts" | "cancelOrders" | "close";

const OPENS: Readonly<Record<Action, Opened>> = {
  open: "palette",
  shortcuts: "shortcuts",
  cancelOrders: "cancelOrders",
  close: "none",
};

export const palette = createStore<Opened, Action>("none", (_, action) => OPENS[action], now);
