import { Field } from "@bourse/kit/field.tsx";
import { Select } from "@bourse/kit/select.tsx";
import type { Term } from "@bourse/kit/strings/en-terms";
import { useWords } from "@bourse/kit/words";
import { isPegged, mayStay } from "@bourse/state/ticket";
import { lazy, Suspense, useState } from "react";
import { useStore } from "../live/use.ts";
import { useFaults, type FormFacts } from "./ticket-fields.tsx";
import { ticket as ticketStore } from "./ticket-store.ts";

const AdvancedFields = lazy(async () => ({
  default: (await import("./ticket-advanced.tsx")).AdvancedFields,
}));

const RiskSize = lazy(async () => ({ default: (await import("./risk-size.tsx")).RiskSize }));

/** How an order is to rest, what is to follow it, and what few orders need. */
export function TicketTerms(form: FormFacts) {
  const words = useWords();
  const ticket = useStore(ticketStore);
  const isLimit = ticket.type === "limit";
  return (
    <>
      {mayStay(ticket.type) ? (
        <div className="terms">
          {ticket.peg === "market" ? null : (
            <Check
              term="postOnly"
              title={words.postOnly}
              isChecked={ticket.isPostOnly}
              onCheck={(isPostOnly) => ticketStore.dispatch({ isPostOnly })}
            />
          )}
          {isPegged(ticket) || !isLimit ? null : (
            <Check
              term="exits"
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
  term,
  title,
  isChecked,
  onCheck,
}: {
  readonly term: Term;
  readonly title: string;
  readonly isChecked: boolean;
  readonly onCheck: (isChecked: boolean) => void;
}) {
  return (
    <label className="check" data-term={term}>
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
  const isPriced = ["limit", "scale", "stopLimit", "takeProfitLimit"].includes(ticket.type);
  const mustStay =
    mayStay(ticket.type) && (ticket.isPostOnly || ticket.shown !== "" || ticket.peg === "primary");
  if (!isPriced || mustStay) return null;
  return (
    <Select
      term="timeInForce"
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
      {ticket.stopLoss === "" ? null : (
        <Suspense>
          <RiskSize facts={form.facts} />
        </Suspense>
      )}
      <p className="hint">{words.exitsHint}</p>
    </div>
  );
}

/** What few orders need, loaded when it is opened. */
function Advanced(form: FormFacts) {
  const words = useWords();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details
      className="advanced"
      open={isOpen}
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
    >
      <summary>{words.advanced}</summary>
      {isOpen ? (
        <Suspense>
          <AdvancedFields {...form} />
        </Suspense>
      ) : null}
    </details>
  );
}
