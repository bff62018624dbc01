import { describe, expect, it } from "vitest";
import { legNames, orderCount, settled } from "../src/on-the-way.ts";
import type { Order } from "../src/orders.ts";
import type { Request } from "../src/placement.ts";

const request = (operation: Request["operation"]): Request => ({ operation }) as Request;
const order = (id: number, clientId: string): Order => ({ id, clientId }) as Order;

describe("orders on their way", () => {
  it("have names for each order of a list", () => {
    expect(legNames(request("POST /api/v3/order"), "web-1")).toEqual({});
    expect(legNames(request("POST /api/v3/orderList/oco"), "web-1")).toEqual({
      aboveClientOrderId: "web-1.1",
      belowClientOrderId: "web-1.2",
    });
    const exits = request("POST /api/v3/orderList/otoco");
    expect(orderCount(exits)).toBe(3);
    expect(legNames(exits, "web-1")).toMatchObject({ pendingBelowClientOrderId: "web-1.3" });
  });

  it("are listed once: as what was sent, or as the order", () => {
    const sent = { clientId: "web-1", count: 1 };
    expect(settled([sent], [order(5, "web-2")])).toMatchObject({ waiting: [sent] });
    expect(settled([sent], [order(5, "web-1"), order(6, "web-12")])).toEqual({
      waiting: [],
      orders: [order(5, "web-1"), order(6, "web-12")],
    });
  });

  it("are listed as orders of a list when all of them are there", () => {
    const sent = { clientId: "web-1", count: 2 };
    const [other, first, second] = [order(1, "x"), order(2, "web-1.1"), order(3, "web-1.2")];
    expect(settled([sent], [other, first])).toEqual({ waiting: [sent], orders: [other] });
    expect(settled([sent], [other, first, second])).toEqual({
      waiting: [],
      orders: [other, first, second],
    });
    // Once it is answered, what is open of it is shown, though one was filled at once.
    expect(settled([], [other, first]).orders).toEqual([other, first]);
  });
});
