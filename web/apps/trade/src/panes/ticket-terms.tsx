import { Field } from "@bourse/kit/field.tsx";
import { Select } from "@bourse/kit/select.tsx";
import { useWords } from "@bourse/kit/words";
import { isPegged, mayHide, type Peg, type SelfTrade } from "@bourse/state/ticket";
import { useState } from "react";
import { useStore } from "../live/use.ts";
import { useFaults, type FormFacts } from "./ticket-fields.tsx";
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

/** How an order is to rest, what is to follow it, and what few orders need. */
export function TicketTerms(form: FormFacts) {
  const words = useWords();
  const ticket = useStore(ticketStore);
  const isLimit = ticket.type === "limit";
  return (
    <>
      {isLimit ? (
        <div className="terms">
          {ticket.peg === "market" ? null : (
            <Check
              title={words.postOnly}
              isChecked={ticket.isPostOnly}
              onCheck={(isPostOnly) => ticketStore.dispatch({ isPostOnly })}
            />
          )}
          {isPegged(ticket) ? null : (
            <Check
              title={words.exits}
              isChecked={ticket.hasExits}
              onCheck={(hasExits) => ticketStore.dispatch({ hasExits })}
            />
          )}
          <TimeInForceChoice />
        </div>
      ) : (
        <TimeInForceChoice />
      )}
      {isLimit && ticket.hasExits && !isPegged(ticket) ? <Exits {...form} /> : null}
      <Advanced {...form} />
    </>
  );
}

function Check({
  title,
  isChecked,
  onCheck,
}: {
  readonly title: string;
  readonly isChecked: boolean;
  readonly onCheck: (isChecked: boolean) => void;
}) {
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={isChecked}
        onChange={(event) => onCheck(event.target.checked)}
      />
      {title}
    </label>
  );
}

/** Only where the order may stay or go: market orders, pairs, and what shows a part of itself, have no choice. */
function TimeInForceChoice() {
  const words = useWords();
  const ticket = useStore(ticketStore);
  const isPriced = ["limit", "stopLimit", "takeProfitLimit"].includes(ticket.type);
  const mustStay =
    ticket.type === "limit" &&
    (ticket.isPostOnly || ticket.shown !== "" || ticket.peg === "primary");
  if (!isPriced || mustStay) return null;
  return (
    <Select
      label={words.timeInForce}
      isNamedOnly
      isSmall
      choices={[
        { key: "GTC", title: `GTC · ${words.gtc}` },
        { key: "IOC", title: `IOC · ${words.ioc}` },
        { key: "FOK", title: `FOK · ${words.fok}` },
      ]}
      chosen={ticket.timeInForce}
      onChoose={(timeInForce) => ticketStore.dispatch({ timeInForce })}
    />
  );
}

/** Where the order that this one opens is to be left again. */
function Exits(form: FormFacts) {
  const words = useWords();
  const ticket = useStore(ticketStore);
  const fault = useFaults(form);
  return (
    <div className="exits">
      <Field
        label={words.takeProfit}
        inputMode="decimal"
        value={ticket.takeProfit}
        onValue={(takeProfit) => ticketStore.dispatch({ takeProfit })}
        fault={fault("takeProfit")}
      />
      <Field
        label={words.stopLoss}
        inputMode="decimal"
        value={ticket.stopLoss}
        onValue={(stopLoss) => ticketStore.dispatch({ stopLoss })}
        fault={fault("stopLoss")}
      />
      <p className="hint">{words.exitsHint}</p>
    </div>
  );
}

/** Icebergs, pegs, and what happens among own orders. */
function Advanced(form: FormFacts) {
  const words = useWords();
  const ticket = useStore(ticketStore);
  const fault = useFaults(form);
  const [isOpen, setIsOpen] = useState(false);
  const { hasIcebergs } = form.facts.market;
  return (
    <details
      className="advanced"
      open={isOpen}
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
    >
      <summary>{words.advanced}</summary>
      <div className="stack">
        {mayHide(ticket) && hasIcebergs ? (
          <Field
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
          label={words.selfTrade}
          choices={[
            { key: "standard", title: words.selfTradeStandard },
            ...SELF_TRADES.map((key) => ({ key, title: words[`selfTrade${key}`] })),
          ]}
          chosen={ticket.selfTrade}
          onChoose={(selfTrade) => ticketStore.dispatch({ selfTrade })}
        />
      </div>
    </details>
  );
}

function PegChoice({ fault }: { readonly fault: string | null }) {
  const words = useWords();
  const ticket = useStore(ticketStore);
  const pegs: readonly { key: Peg; title: string }[] = [
    { key: "none", title: words.pegNone },
    { key: "primary", title: words.pegPrimary },
    { key: "market", title: words.pegMarket },
  ];
  return (
    <>
      <Select
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
            onChoose={(level) => ticketStore.dispatch({ pegLevel: Number(level) })}
          />
          <p className={fault === null ? "hint" : "fault"}>{fault ?? words.pegHint}</p>
        </>
      )}
    </>
  );
}
