import type { ReactNode } from "react";
import { Field } from "@bourse/kit/field.tsx";
import { Select } from "@bourse/kit/select.tsx";
import { useOpenedWords } from "@bourse/kit/words";
import { mayHide, type Peg, type SelfTrade } from "@bourse/state/ticket";
import { useStore } from "../live/use.ts";
import { faultsOf, type FormFacts } from "./ticket-fields.tsx";
import { ticket as ticketStore } from "./ticket-store.ts";

const SELF_TRADES: readonly Exclude<SelfTrade, "standard">[] = [
  "NONE",
  "EXPIRE_TAKER",
  "EXPIRE_MAKER",
  "EXPIRE_BOTH",
  "DECREMENT",
];
/** As many levels as the exchange counts behind the best. */
const PEG_LEVELS = Array.from({ length: 11 }, (_, level) => level.toString());

/** Icebergs, pegs, and what happens among own orders. */
export function AdvancedFields(form: FormFacts) {
  const words = useOpenedWords();
  const ticket = useStore(ticketStore);
  const fault = faultsOf(form);
  const { hasIcebergs } = form.facts.market;
  return (
    <div className="stack">
      {mayHide(ticket) && hasIcebergs ? (
        <Field
          term="shownSize"
          label={words.shownSize}
          inputMode="decimal"
          value={ticket.shown}
          onValue={(shown) => ticketStore.dispatch({ shown })}
          fault={fault("shown")}
          hint={words.shownHint}
          unit={form.facts.market.base}
        />
      ) : null}
      {ticket.type === "limit" ? <PegChoice fault={fault("peg")} /> : null}
      <Select
        term="selfTrade"
        label={words.selfTrade}
        choices={[
          { key: "standard", title: words.selfTradeStandard },
          ...SELF_TRADES.map((key) => ({ key, title: words[`selfTrade${key}`] })),
        ]}
        chosen={ticket.selfTrade}
        onChoose={(selfTrade) => ticketStore.dispatch({ selfTrade })}
      />
    </div>
  );
}

function PegChoice({ fault }: { readonly fault: ReactNode }) {
  const words = useOpenedWords();
  const ticket = useStore(ticketStore);
  const pegs: readonly { key: Peg; title: string }[] = [
    { key: "none", title: words.pegNone },
    { key: "primary", title: words.pegPrimary },
    { key: "market", title: words.pegMarket },
  ];
  return (
    <>
      <Select
        term="peg"
        label={words.peg}
        choices={pegs}
        chosen={ticket.peg}
        // What follows the other side takes, and cannot be post only.
        onChoose={(peg) =>
          ticketStore.dispatch(peg === "market" ? { peg, isPostOnly: false } : { peg })
        }
      />
      {ticket.peg === "none" ? null : (
        <>
          <Select
            label={words.pegLevel}
            choices={PEG_LEVELS.map((key) => ({ key, title: key }))}
            chosen={ticket.pegLevel.toString()}
            // eslint-disable-next-line no-restricted-syntax -- a count of levels
            onChoose={(level) => ticketStore.dispatch({ pegLevel: Number(level) })}
          />
          <p className={fault === null ? "hint" : "fault"}>{fault ?? words.pegHint}</p>
        </>
      )}
    </>
  );
}
