/** Whether keys trade: armed by hand, for the page that is looked at, and for as long as somebody is there. */

import { actionOf, conflictsOf, readHotkeys, type HotkeyAction } from "@bourse/state/hotkeys";
import { createStore, now } from "@bourse/state/store";
import { cancel } from "./changes.ts";
import { look } from "./look.ts";
import { choosing, pilot, type Pilot } from "./pilot.ts";
import { own } from "./session.ts";

const IDLE_MS_MAX = 5 * 60_000;

export const armed = createStore<boolean, boolean>(false, (_, is) => is, now);
let idle: ReturnType<typeof setTimeout> | undefined;

export function disarm(): void {
  clearTimeout(idle);
  armed.dispatch(false);
}

/** Arms the keys, unless two actions have the same. */
export function arm(): void {
  if (pilot.get() === null || 0 < conflictsOf(readHotkeys(look.get().hotkeys)).length) return;
  armed.dispatch(true);
  stayAwake();
}

function stayAwake(): void {
  clearTimeout(idle);
  idle = setTimeout(disarm, IDLE_MS_MAX);
}

/** Elements that have uses of their own for keys. */
const KEYED =
  "input, select, textarea, button, a, summary, [role=tab], [role=separator], [role=application], dialog";

/** Takes a key, if keys are armed and it trades. */
function takeKey(event: KeyboardEvent): void {
  const { target } = event;
  const ticket = pilot.get();
  if (!armed.get() || ticket === null || event.repeat || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]") !== null) return;
  if (target instanceof Element && target.closest(KEYED) !== null) return;
  const action = actionOf(readHotkeys(look.get().hotkeys), event);
  if (action === null) return;
  event.preventDefault();
  stayAwake();
  carryOut(action, ticket);
}

/** Places what the ticket says at a price, if keys are armed and it trades; returns whether it did. */
export function placeAt(price: bigint): boolean {
  const ticket = pilot.get();
  if (!armed.get() || ticket === null) return false;
  stayAwake();
  ticket.takePrice(price);
  ticket.submit();
  return true;
}

function carryOut(action: HotkeyAction, to: Pilot): void {
  switch (action) {
    case "buySide":
      to.takeSide("BUY");
      break;
    case "sellSide":
      to.takeSide("SELL");
      break;
    case "size25":
    case "size50":
    case "size75":
    case "size100":
      to.takeShare(BigInt(action.slice("size".length)));
      break;
    case "tickUp":
      to.stepPrice(1);
      break;
    case "tickDown":
      to.stepPrice(-1);
      break;
    case "submit":
      to.submit();
      break;
    case "pickOnChart":
      choosing.get()?.();
      break;
    case "cancelLast": {
      const orders = ordersHere(to).sort((one, other) => other.createdMs - one.createdMs);
      const [last] = orders;
      if (last !== undefined) void cancel(last);
      break;
    }
    case "cancelAll": {
      if (0 < ordersHere(to).length)
        void import("./cancel-many.ts").then(({ cancelAll }) => cancelAll([to.symbol]));
      break;
    }
  }
}

const ordersHere = (to: Pilot) =>
  [...own.get().orders.values()].filter((order) => order.symbol === to.symbol);

/** Listens to keys before other listeners of the document do; whoever looks away trades no more. */
export function listenToKeys(): void {
  document.addEventListener("keydown", takeKey, { capture: true });
  addEventListener("blur", disarm);
  pilot.subscribe(() => {
    if (pilot.get() === null) disarm();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) disarm();
  });
}
