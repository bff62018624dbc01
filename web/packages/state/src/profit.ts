/** What the rest of what was bought would bring. */

import { notional, type Amount, type Price, type Qty } from "@bourse/num/decimal";

/** Returns what selling what is held at a price would bring beyond its cost, fees aside. */
export const unrealised = (held: Qty, cost: Amount, price: Price): bigint =>
  notional(price, held, "down") - cost;
