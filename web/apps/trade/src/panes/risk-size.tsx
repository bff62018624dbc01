import { Field } from "@bourse/kit/field.tsx";
import { useOpenedWords } from "@bourse/kit/words";
import { ZERO_AMOUNT } from "@bourse/num/decimal";
import { readEntry } from "@bourse/num/entry";
import { toWire } from "@bourse/num/format";
import { riskQty } from "@bourse/state/risk";
import type { TicketFacts } from "@bourse/state/ticket";
import { readPrices } from "@bourse/state/ticket-reading";
import { useState } from "react";
import { useStore } from "../live/use.ts";
import { ticket as ticketStore } from "./ticket-store.ts";

/** A hundredth of a per cent is as fine as a share is taken. */
const UNITS_PER_BPS = 1_000_000n;
const BPS_MAX = 10_000n;

/** Sets the size by what the stop loss may cost: a share of what is free of both assets. */
export function RiskSize({ facts }: { readonly facts: TicketFacts }) {
  const words = useOpenedWords();
  const ticket = useStore(ticketStore);
  const [text, setText] = useState("1");
  const { market, marks } = facts;
  const share = readEntry(text, marks);
  const bps = share.kind === "value" ? share.units / UNITS_PER_BPS : 0n;
  const { limit: entry, stopLoss: stop } = readPrices(ticket, facts, new Map());
  const isShare = 0n < bps && bps <= BPS_MAX;
  const qty =
    isShare && entry !== null && stop !== null
      ? riskQty(
          {
            market,
            side: ticket.side,
            entry,
            stop,
            baseFree: facts.baseFree ?? ZERO_AMOUNT,
            quoteFree: facts.quoteFree ?? ZERO_AMOUNT,
          },
          bps,
        )
      : null;
  return (
    <div className="risk">
      <Field
        term="risk"
        label={words.risk}
        inputMode="decimal"
        value={text}
        onValue={setText}
        fault={isShare ? null : words.riskWrong}
        unit="%"
      />
      <button
        type="button"
        className="button"
        disabled={qty === null || qty <= 0n}
        onClick={() => {
          if (qty !== null) ticketStore.dispatch({ size: toWire(qty), sizeUnit: "base" });
        }}
      >
        {words.riskSet}
      </button>
    </div>
  );
}
