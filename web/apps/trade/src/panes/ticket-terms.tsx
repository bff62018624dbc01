import { Select } from "@bourse/kit/select.tsx";
import type { Term } from "@bourse/kit/strings/en-terms";
import { useWords } from "@bourse/kit/words";
import { mayStay, mustStay } from "@bourse/state/ticket";
import { hasExits } from "@bourse/state/ticket-reading";
import { lazy, Suspense, useState } from "react";
import { useStore } from "../live/use.ts";
import type { FormFacts } from "./ticket-fields.tsx";
import { ticket as ticketStore } from "./ticket-store.ts";

const AdvancedFields = lazy(async () => ({
  default: (await import("./ticket-advanced.tsx")).AdvancedFields,
}));

const Exits = lazy(async () => ({ default: (await import("./ticket-exits.tsx")).Exits }));

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
          {!isLimit ? null : (
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
      {hasExits(ticket) ? (
        <Suspense>
          <Exits {...form} />
        </Suspense>
      ) : isLimit || ticket.type === "oco" ? null : (
        <p className="hint">{words.exitsNot}</p>
      )}
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
  if (!isPriced || mustStay(ticket)) return null;
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
