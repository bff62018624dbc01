import { Field } from "@bourse/kit/field.tsx";
import { useWords } from "@bourse/kit/words";
import { floorTo, stepBy, type Price } from "@bourse/num/decimal";
import { readEntry } from "@bourse/num/entry";
import { toWire } from "@bourse/num/format";
import {
  hasPrice,
  hasStop,
  hasTrail,
  isPegged,
  type Checked,
  type TicketFacts,
  type TicketField,
} from "@bourse/state/ticket";
import { lazy, Suspense, type ReactNode } from "react";
import { useStore } from "../live/use.ts";
import { ticket as ticketStore } from "./ticket-store.ts";

/** Its words come behind the first paint; nothing is wrong before that. */
const FaultText = lazy(async () => ({ default: (await import("./fault-text.tsx")).FaultText }));

/** What every part of the form is given. */
export interface FormFacts {
  readonly facts: TicketFacts;
  readonly checked: Checked;
  readonly wasTried: boolean;
}

/** Returns what is wrong with a field; an empty one is no fault before somebody tries to send it. */
export function faultsOf({ facts, checked, wasTried }: FormFacts) {
  return (field: TicketField): ReactNode => {
    const found = checked.faults.get(field);
    const isEarly = found?.kind === "missing" && !wasTried;
    if (found === undefined || isEarly) return null;
    return (
      <Suspense>
        <FaultText fault={found} facts={facts} />
      </Suspense>
    );
  };
}

/** Prices and size. */
export function TicketFields(form: FormFacts) {
  const words = useWords();
  const ticket = useStore(ticketStore);
  const fault = faultsOf(form);
  const { facts } = form;
  const { market } = facts;
  return (
    <>
      {hasStop(ticket.type) ? (
        <PriceField
          field="stopPrice"
          label={words.stopPrice}
          fault={fault("stopPrice")}
          facts={facts}
        />
      ) : null}
      {ticket.type === "oco" ? (
        <PriceField
          field="stopLimit"
          label={words.stopLimitPrice}
          fault={fault("stopLimit")}
          hint={words.stopLimitHint}
          facts={facts}
        />
      ) : null}
      {hasTrail(ticket.type) ? (
        <>
          <Field
            term="trail"
            label={words.trail}
            inputMode="decimal"
            value={ticket.trail}
            onValue={(trail) => ticketStore.dispatch({ trail })}
            fault={fault("trail")}
            unit="%"
          />
          <PriceField
            field="stopPrice"
            label={words.activationPrice}
            fault={fault("stopPrice")}
            hint={words.activationHint}
            facts={facts}
          />
          <PriceField
            field="stopLimit"
            label={words.stopLimitPrice}
            fault={fault("stopLimit")}
            hint={words.stopLimitHint}
            facts={facts}
          />
        </>
      ) : null}
      {hasPrice(ticket.type) && !isPegged(ticket) ? (
        <PriceField
          field="price"
          label={ticket.type === "scale" ? words.scaleFrom : words.price}
          fault={fault("price")}
          facts={facts}
        />
      ) : null}
      {ticket.type === "scale" ? (
        <>
          <PriceField
            field="scaleTo"
            label={words.scaleTo}
            fault={fault("scaleTo")}
            facts={facts}
          />
          <Field
            label={words.scaleCount}
            inputMode="numeric"
            value={ticket.scaleCount}
            onValue={(scaleCount) => ticketStore.dispatch({ scaleCount })}
            fault={fault("scaleCount")}
          />
        </>
      ) : null}
      <Field
        label={words.size}
        inputMode="decimal"
        value={ticket.size}
        onValue={(size) => ticketStore.dispatch({ size })}
        fault={fault("size")}
        aside={
          <select
            className="unit-select"
            aria-label={words.sizeUnit}
            value={ticket.sizeUnit}
            onChange={(event) =>
              ticketStore.dispatch({
                size: "",
                sizeUnit: event.target.value === "quote" ? "quote" : "base",
              })
            }
          >
            <option value="base">{market.base}</option>
            <option value="quote">{market.quote}</option>
          </select>
        }
      />
    </>
  );
}

type PriceName = "price" | "stopPrice" | "stopLimit" | "takeProfit" | "stopLoss" | "scaleTo";

/** Puts the price of a field a tick up or down; an empty one begins at the last price. */
export function stepPrice(
  field: PriceName,
  { market, marks, last }: TicketFacts,
  direction: 1 | -1,
): void {
  const entry = readEntry(ticketStore.get()[field], marks);
  const from = entry.kind === "value" ? (entry.units as Price) : last;
  if (from === null) return;
  ticketStore.dispatch({ [field]: toWire(stepBy(from, market.tick, direction)) });
}

/** A price with its steps, and with the prices of the book at hand. */
export function PriceField({
  field,
  label,
  fault,
  hint,
  facts,
}: {
  readonly field: PriceName;
  readonly label: string;
  readonly fault: ReactNode;
  readonly hint?: string | undefined;
  readonly facts: TicketFacts;
}) {
  const words = useWords();
  const text = useStore(ticketStore)[field];
  const { market, book } = facts;
  const set = (units: bigint) => ticketStore.dispatch({ [field]: toWire(units) });
  const step = (direction: 1 | -1) => stepPrice(field, facts, direction);
  const [bid, ask] = [book.bids[0]?.price, book.asks[0]?.price];
  const term = field === "stopPrice" ? ({ term: "trigger" } as const) : {};
  const chips: readonly (readonly [string, bigint | undefined])[] = [
    [words.bestBid, bid],
    [
      words.middle,
      bid === undefined || ask === undefined
        ? undefined
        : floorTo(((bid + ask) / 2n) as Price, market.tick),
    ],
    [words.bestAsk, ask],
  ];
  return (
    <Field
      label={label}
      inputMode="decimal"
      value={text}
      onValue={(value) => ticketStore.dispatch({ [field]: value })}
      fault={fault}
      {...(hint === undefined ? {} : { hint })}
      {...term}
      onKeyDown={(event) => {
        if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
        event.preventDefault();
        step(event.key === "ArrowUp" ? 1 : -1);
      }}
      aside={
        <span className="chips">
          {chips.map(([name, units]) => (
            <button
              key={name}
              type="button"
              disabled={units === undefined}
              onClick={() => {
                if (units !== undefined) set(units);
              }}
            >
              {name}
            </button>
          ))}
          <button type="button" aria-label={words.stepDown(label)} onClick={() => step(-1)}>
            −
          </button>
          <button type="button" aria-label={words.stepUp(label)} onClick={() => step(1)}>
            +
          </button>
        </span>
      }
    />
  );
}
