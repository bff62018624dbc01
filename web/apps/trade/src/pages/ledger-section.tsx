import type { LedgerEntry, LedgerPage } from "@bourse/api/schema";
import { Select } from "@bourse/kit/select.tsx";
import { usePageWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { format, formatSigned } from "@bourse/num/format";
import { useCallback, useState } from "react";
import { client } from "../live/clients.ts";
import { pairOf } from "../live/pair.ts";
import { own } from "../live/session.ts";
import { zone } from "../live/time.ts";
import { Moment } from "../panes/ago.tsx";
import { useMarks, useStore } from "../live/use.ts";
import { OrderLink } from "../panes/order-link.tsx";
import { useAct, useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";
import { FaultNotice } from "./fault.tsx";

const ROWS = 100;
const DIGITS = 8;

const ask = (asset: string, cursor?: string): Promise<LedgerPage> =>
  client.call("GET /v1/account/ledger", {
    limit: ROWS,
    ...(asset === "" ? {} : { asset }),
    ...(cursor === undefined ? {} : { cursor }),
  });

/** Every posting to the own balances, page by page. */
export function LedgerSection() {
  const words = usePageWords();
  const assets = [...useStore(own).balances.keys()].sort();
  const [asset, setAsset] = useState("");
  return (
    <section className="panel" aria-label={words.ledger}>
      <div className="padded stack">
        <h2>{words.ledger}</h2>
        <p className="hint">{words.ledgerHint}</p>
        <Select
          label={words.asset}
          isSmall
          choices={[
            { key: "", title: words.allAssets },
            ...assets.map((key) => ({ key, title: key })),
          ]}
          chosen={asset}
          onChoose={setAsset}
        />
      </div>
      <Entries key={asset} asset={asset} />
    </section>
  );
}

function Entries({ asset }: { readonly asset: string }) {
  const words = usePageWords();
  const [first, again] = useAsked(useCallback(() => ask(asset), [asset]));
  return (
    <Awaited what={words.ledger} asked={first} again={again}>
      {(page) => <Pages asset={asset} first={page} />}
    </Awaited>
  );
}

/** The newest page, and as many older ones as somebody wants to see. */
function Pages({ asset, first }: { readonly asset: string; readonly first: LedgerPage }) {
  const words = usePageWords();
  const [{ entries, next }, setPage] = useState(first);
  const { fault, act } = useAct();
  if (entries.length === 0) return <p className="empty">{words.noEntries}</p>;
  return (
    <>
      <div className="scroll" tabIndex={0} role="group" aria-label={words.ledger}>
        <EntryTable entries={entries} />
      </div>
      <FaultNotice fault={fault} />
      {next === undefined ? null : (
        <div className="padded">
          <button
            type="button"
            className="button"
            onClick={() =>
              act(async () => {
                const older = await ask(asset, next);
                setPage({ ...older, entries: [...entries, ...older.entries] });
              })
            }
          >
            {words.olderRows}
          </button>
        </div>
      )}
    </>
  );
}

function EntryTable({ entries }: { readonly entries: readonly LedgerEntry[] }) {
  const words = usePageWords();
  const marks = useMarks();
  const amount = (text: string) => format(parseUnits(text) ?? 0n, DIGITS, marks);
  const change = (text: string) => {
    const units = parseUnits(text) ?? 0n;
    return units === 0n ? "–" : formatSigned(units, DIGITS, marks);
  };
  const heads = [words.freeChange, words.lockedChange, words.free, words.locked];
  return (
    <table className="table cards ledger" aria-label={words.ledger}>
      <thead>
        <tr>
          <th scope="col">{`${words.time} (${zone()})`}</th>
          <th scope="col">{words.asset}</th>
          <th scope="col">{words.cause}</th>
          {heads.map((head) => (
            <th key={head} scope="col" className="number">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={`${entry.sequence.toString()}/${entry.step.toString()}`}>
            <td data-head={words.time}>
              <Moment atMs={entry.time} />
            </td>
            <td data-head={words.asset}>{entry.asset}</td>
            <td data-head={words.cause}>
              {words[`cause${entry.cause}`]}{" "}
              {entry.symbol === undefined || entry.orderId === undefined ? (
                <span className="quiet">{pairOf(entry.symbol ?? "")}</span>
              ) : (
                <OrderLink symbol={entry.symbol} id={entry.orderId} />
              )}
            </td>
            <td data-head={heads[0]} className="number">
              {change(entry.freeChange)}
            </td>
            <td data-head={heads[1]} className="number">
              {change(entry.lockedChange)}
            </td>
            <td data-head={heads[2]} className="number">
              {amount(entry.free)}
            </td>
            <td data-head={heads[3]} className="number">
              {amount(entry.locked)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
