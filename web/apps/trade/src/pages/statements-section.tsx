import type { FileOperation } from "@bourse/api/client";
import { Field } from "@bourse/kit/field.tsx";
import { Select } from "@bourse/kit/select.tsx";
import { usePageWords } from "@bourse/kit/words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { offer } from "../panes/offer.ts";
import { useAct } from "./asked.ts";
import { FaultNotice } from "./fault.tsx";

/** What files there are of an account, with the request for each and the forms it has. */
const FILES = {
  statement: { operation: "GET /v1/account/statement", formats: ["CSV", "JSON", "PDF"] },
  orders: { operation: "GET /v1/account/orders", formats: ["CSV", "JSON"] },
  trades: { operation: "GET /v1/account/trades", formats: ["CSV", "JSON"] },
  "tax-lots": { operation: "GET /v1/account/taxLots", formats: ["CSV", "JSON"] },
} as const;
type Kind = keyof typeof FILES;
type Format = (typeof FILES)[Kind]["formats"][number];
const DAY_MS = 86_400_000;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Returns the first moment of a day that is written as `dayOf` does; null of any other text. */
function startOf(day: string): number | null {
  const ms = Date.parse(`${day.trim()}T00:00:00Z`);
  return !Number.isNaN(ms) && dayOf(ms) === day.trim() ? ms : null;
}

/** Files that the exchange makes of the account: what was there, what moved, what is there. */
export function StatementsSection() {
  const words = usePageWords();
  const [kind, setKind] = useState<Kind>("statement");
  const [wanted, setWanted] = useState<Format>("CSV");
  const [from, setFrom] = useState(() => dayOf(Date.now() - 30 * DAY_MS));
  const [until, setUntil] = useState(() => dayOf(Date.now()));
  const { fault, act } = useAct();
  const [startTime, lastDay] = [startOf(from), startOf(until)];
  const areDays = startTime !== null && lastDay !== null;
  const isSound = areDays && startTime <= lastDay;
  const { operation, formats }: { operation: FileOperation; formats: readonly Format[] } =
    FILES[kind];
  const format = formats.includes(wanted) ? wanted : "CSV";
  const download = () =>
    act(async () => {
      if (!isSound) return;
      const endTime = lastDay + DAY_MS - 1;
      const file = await client.download(operation, { startTime, endTime, format });
      const span = `${dayOf(startTime)}-${dayOf(lastDay)}`;
      offer(`${kind}-${span}.${format.toLowerCase()}`, file);
    });
  return (
    <form
      className="panel stack padded"
      aria-label={words.statements}
      onSubmit={(event) => {
        event.preventDefault();
        download();
      }}
    >
      <p>{words.statementsHint}</p>
      <div className="row">
        <Select
          label={words.file}
          choices={[
            { key: "statement", title: words.statementFile },
            { key: "orders", title: words.orderFile },
            { key: "trades", title: words.tradeFile },
            { key: "tax-lots", title: words.taxLots },
          ]}
          chosen={kind}
          onChoose={setKind}
        />
        <Select
          label={words.fileFormat}
          choices={formats.map((key) => ({ key, title: key }))}
          chosen={format}
          onChoose={setWanted}
        />
        <Day label={words.from} value={from} onValue={setFrom} />
        <Day label={words.until} value={until} onValue={setUntil} />
        <button type="submit" className="button primary" disabled={!isSound}>
          {words.download}
        </button>
      </div>
      {!areDays || isSound ? null : <p className="fault">{words.spanWrong}</p>}
      <FaultNotice fault={fault} />
    </form>
  );
}

/** A day as it is written everywhere on these pages, whatever order the browser has for dates. */
function Day({
  label,
  value,
  onValue,
}: {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  const words = usePageWords();
  return (
    <Field
      label={`${label} (UTC)`}
      value={value}
      onValue={onValue}
      maxLength={10}
      fault={startOf(value) === null ? words.dayWrong : null}
    />
  );
}
