import { amountOf } from "@bourse/num/decimal";
import { describe, expect, it } from "vitest";
import { checkTicket, type Ticket } from "../src/ticket.ts";
import { buy, facts, parametersOf } from "./ticket-facts.ts";

describe("an order with exits", () => {
  it("is followed by what leaves again, of what is left after the fee", () => {
    const both = { ...buy, hasExits: true, takeProfit: "110", stopLoss: "80" };
    const checked = checkTicket(both, facts);
    expect(checked.placement).toMatchObject({
      operation: "POST /api/v3/orderList/otoco",
      parameters: {
        workingPrice: "90",
        workingQuantity: "1",
        pendingSide: "SELL",
        pendingQuantity: "0.999",
        pendingAboveType: "TAKE_PROFIT",
        pendingAboveStopPrice: "110",
        pendingBelowType: "STOP_LOSS",
        pendingBelowStopPrice: "80",
      },
    });
    expect(checked.preview).toMatchObject({ profit: amountOf("19.98"), loss: amountOf("-9.99") });
    const short = { ...both, side: "SELL", price: "120", stopLoss: "130" } as const;
    expect(parametersOf(short)).toMatchObject({
      pendingSide: "BUY",
      pendingQuantity: "1",
      pendingAboveType: "STOP_LOSS",
      pendingAboveStopPrice: "130",
      pendingBelowType: "TAKE_PROFIT",
      pendingBelowStopPrice: "110",
    });
    expect(checkTicket({ ...both, takeProfit: "" }, facts).placement).toMatchObject({
      operation: "POST /api/v3/orderList/oto",
      parameters: { pendingType: "STOP_LOSS", pendingStopPrice: "80" },
    });
  });

  it("leaves again at limits, where they are given", () => {
    const both = { ...buy, hasExits: true, takeProfit: "110", stopLoss: "80" };
    const limits = { takeProfitLimit: "109", stopLossLimit: "79" };
    const checked = checkTicket({ ...both, ...limits }, facts);
    expect(parametersOf({ ...both, ...limits })).toMatchObject({
      pendingAboveType: "TAKE_PROFIT_LIMIT",
      pendingAboveStopPrice: "110",
      pendingAbovePrice: "109",
      pendingAboveTimeInForce: "GTC",
      pendingBelowType: "STOP_LOSS_LIMIT",
      pendingBelowStopPrice: "80",
      pendingBelowPrice: "79",
      pendingBelowTimeInForce: "GTC",
    });
    // Counted at the limits: 19 and 11 of 0.999.
    expect(checked.preview).toMatchObject({
      profit: amountOf("18.981"),
      loss: amountOf("-10.989"),
    });
    const mixed = parametersOf({ ...both, stopLossLimit: "79" });
    expect(mixed).toMatchObject({
      pendingAboveType: "TAKE_PROFIT",
      pendingBelowType: "STOP_LOSS_LIMIT",
    });
    expect(mixed).not.toHaveProperty("pendingAbovePrice");
    expect(parametersOf({ ...both, stopLoss: "", takeProfitLimit: "109" })).toMatchObject({
      pendingType: "TAKE_PROFIT_LIMIT",
      pendingStopPrice: "110",
      pendingPrice: "109",
      pendingTimeInForce: "GTC",
    });
    const short = { ...both, side: "SELL", price: "120", stopLoss: "130" } as const;
    expect(parametersOf({ ...short, stopLossLimit: "131" })).toMatchObject({
      pendingAboveType: "STOP_LOSS_LIMIT",
      pendingAbovePrice: "131",
      pendingBelowType: "TAKE_PROFIT",
    });
  });

  it("is followed by exits where the book says its price", () => {
    const pegged: Ticket = { ...buy, price: "", peg: "primary", hasExits: true, stopLoss: "80" };
    const { placement } = checkTicket(pegged, facts);
    expect(placement).toMatchObject({
      operation: "POST /api/v3/orderList/oto",
      parameters: {
        workingType: "LIMIT",
        workingPegPriceType: "PRIMARY_PEG",
        workingPrice: "99",
        workingTimeInForce: "GTC",
        pendingStopPrice: "80",
      },
    });
    const behind = { ...pegged, peg: "market", pegLevel: 1 } as const;
    expect(parametersOf(behind)).toMatchObject({
      workingPegPriceType: "MARKET_PEG",
      workingPegOffsetType: "PRICE_LEVEL",
      workingPegOffsetValue: 1,
      workingPrice: "110",
    });
    expect(parametersOf({ ...pegged, isPostOnly: true })).toMatchObject({
      workingType: "LIMIT_MAKER",
    });
  });
});
