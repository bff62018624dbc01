import type { FileOperation } from "@bourse/api/client";
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

/** Files that the exchange makes of the account: what was there, what moved, what is there. */
export function StatementsSection() {
  const words = usePageWords();
  const [kind, setKind] = useState<Kind>("statement");
  const [wanted, setWanted] = useState<Format>("CSV");
  const [from, setFrom] = useState(() => dayOf(Date.now() - 30 * DAY_MS));
  const [until, setUntil] = useState(() => dayOf(Date.now()));
  const { fault, act } = useAct();
  const [startTime, endTime] = [Date.parse(from), Date.parse(until) + DAY_MS - 1];
  const isSound = startTime < endTime;
  const { operation, formats }: { operation: FileOperation; formats: readonly Format[] } =
    FILES[kind];
  const format = formats.includes(wanted) ? wanted : "CSV";
  const download = () =>
    act(async () => {
      const file = await client.download(operation, { startTime, endTime, format });
      offer(`${kind}-${from}-${until}.${format.toLowerCase()}`, file);
    });
  return (
    <form
      className="panel stack padded"
      aria-label={words.statements}
      onSubmit={(event) => {
        event.preventDefault();
        if (isSound) download();
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
      {isSound ? null : <p className="fault">{words.spanWrong}</p>}
      <FaultNotice fault={fault} />
    </form>
  );
}

function Day({
  label,
  value,
  onValue,
}: {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  return (
    <label className="field">
      <span className="label">{`${label} (UTC)`}</span>
      <input
        type="date"
        className="select"
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
    </label>
  );
}
