import { Select } from "@bourse/kit/select.tsx";
import { usePageWords } from "@bourse/kit/words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { offer } from "../panes/csv.ts";
import { useAct } from "./asked.ts";
import { FaultNotice } from "./fault.tsx";

type Kind = "csv" | "pdf" | "lots";
const DAY_MS = 86_400_000;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Files that the exchange makes of the account: what was there, what moved, what is there. */
export function StatementsSection() {
  const words = usePageWords();
  const [kind, setKind] = useState<Kind>("csv");
  const [from, setFrom] = useState(() => dayOf(Date.now() - 30 * DAY_MS));
  const [until, setUntil] = useState(() => dayOf(Date.now()));
  const { fault, act } = useAct();
  const [startTime, endTime] = [Date.parse(from), Date.parse(until) + DAY_MS - 1];
  const isSound = startTime < endTime;
  const download = () =>
    act(async () => {
      const span = { startTime, endTime };
      const file = await (kind === "lots"
        ? client.download("GET /v1/account/taxLots", span)
        : client.download("GET /v1/account/statement", { ...span, format: kind.toUpperCase() }));
      const name = kind === "lots" ? "tax-lots" : "statement";
      offer(`${name}-${from}-${until}.${kind === "pdf" ? "pdf" : "csv"}`, file);
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
            { key: "csv", title: words.statementCsv },
            { key: "pdf", title: words.statementPdf },
            { key: "lots", title: words.taxLots },
          ]}
          chosen={kind}
          onChoose={setKind}
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
