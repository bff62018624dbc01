import { Refused } from "@bourse/api/client";
import type { InternalTransfer, SubAccount } from "@bourse/api/schema";
import { Field } from "@bourse/kit/field.tsx";
import { Select } from "@bourse/kit/select.tsx";
import { usePageWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { readEntry } from "@bourse/num/entry";
import { toWire } from "@bourse/num/format";
import { useRef, useState } from "react";
import { client } from "../live/clients.ts";
import { own } from "../live/session.ts";
import { visitor } from "../live/visitor.ts";
import { dayTime, zone } from "../live/time.ts";
import { useMarks, usePart, useStore } from "../live/use.ts";
import { useAct, useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";
import { FaultNotice } from "./fault.tsx";

const askAccounts = () => client.call("GET /v1/subaccounts", {});
const askTransfers = () => client.call("GET /v1/subaccounts/transfers", { limit: 20 });

/** Accounts below this one: opened, frozen, and given money. */
export function SubAccountsSection() {
  const words = usePageWords();
  const [asked, again] = useAsked(askAccounts);
  const [transfers, transfersAgain] = useAsked(askTransfers);
  return (
    <Awaited what={words.subAccounts} asked={asked} again={again}>
      {(accounts) => (
        <div className="stack">
          <OpenAccount onOpened={again} />
          {accounts.length === 0 ? (
            <p className="panel empty">{words.noSubAccounts}</p>
          ) : (
            <>
              <AccountTable accounts={accounts} onChange={again} />
              <Transfer accounts={accounts} onMoved={transfersAgain} />
            </>
          )}
          <Awaited what={words.transfers} asked={transfers} again={transfersAgain}>
            {({ transfers: rows }) =>
              rows.length === 0 ? null : <TransferTable transfers={rows} />
            }
          </Awaited>
        </div>
      )}
    </Awaited>
  );
}

function OpenAccount({ onOpened }: { readonly onOpened: () => void }) {
  const words = usePageWords();
  const [label, setLabel] = useState("");
  const { fault, act } = useAct();
  return (
    <form
      className="panel padded row"
      aria-label={words.openSubAccount}
      onSubmit={(event) => {
        event.preventDefault();
        act(async () => {
          await client.call("POST /v1/subaccounts", { label });
          setLabel("");
          onOpened();
        });
      }}
    >
      <Field label={words.label} value={label} onValue={setLabel} maxLength={64} />
      <button type="submit" className="button primary" disabled={label.trim() === ""}>
        {words.openSubAccount}
      </button>
      <FaultNotice fault={fault} />
    </form>
  );
}

function AccountTable({
  accounts,
  onChange,
}: {
  readonly accounts: readonly SubAccount[];
  readonly onChange: () => void;
}) {
  const words = usePageWords();
  const { fault, act } = useAct();
  const turn = ({ account, isFrozen }: SubAccount) =>
    act(async () => {
      const operation = isFrozen ? "POST /v1/subaccounts/unfreeze" : "POST /v1/subaccounts/freeze";
      await client.call(operation, { account });
      onChange();
    });
  return (
    <div className="panel scroll" tabIndex={0} role="group" aria-label={words.subAccounts}>
      <table className="table cards" aria-label={words.subAccounts}>
        <thead>
          <tr>
            <th scope="col">{words.label}</th>
            <th scope="col">{words.account}</th>
            <th scope="col">{`${words.created} (${zone()})`}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">
              <span className="hidden-text">{words.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {accounts.map((one) => (
            <tr key={one.account}>
              <th scope="row">
                <bdi>{one.label}</bdi>
              </th>
              <td data-head={words.account}>{one.account}</td>
              <td data-head={words.created}>{dayTime(one.createdAt)}</td>
              <td data-head={words.state}>{one.isFrozen ? words.frozen : words.active}</td>
              <td className="number">
                <button type="button" className="button small" onClick={() => turn(one)}>
                  {one.isFrozen ? words.unfreeze(one.label) : words.freeze(one.label)}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <FaultNotice fault={fault} />
    </div>
  );
}

function Transfer({
  accounts,
  onMoved,
}: {
  readonly accounts: readonly SubAccount[];
  readonly onMoved: () => void;
}) {
  const words = usePageWords();
  const marks = useMarks();
  const { balances } = useStore(own);
  const mine = usePart(visitor, (who) => (who.kind === "user" ? who.session.account : 0));
  const places = [
    { key: mine.toString(), title: words.thisAccount },
    ...accounts.map(({ account, label }) => ({ key: account.toString(), title: label })),
  ];
  const assets = [...balances.keys()];
  const [from, setFrom] = useState(mine.toString());
  const [to, setTo] = useState(accounts[0]?.account.toString() ?? "");
  const [asset, setAsset] = useState(assets[0] ?? "");
  const [text, setText] = useState("");
  const [isDone, setIsDone] = useState(false);
  const { fault, act } = useAct();
  const wish = useRef<{ readonly of: string; readonly key: string } | null>(null);
  const entry = readEntry(text, marks);
  const isSound = entry.kind === "value" && 0n < entry.units && from !== to;
  return (
    <form
      className="panel stack padded"
      aria-label={words.transfer}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (entry.kind !== "value") return;
        setIsDone(false);
        const wanted = {
          fromAccount: Number(from),
          toAccount: Number(to),
          asset: asset === "" ? (assets[0] ?? "") : asset,
          amount: toWire(entry.units),
        };
        // One wish, however often it is sent: until it is answered, the same has the same key.
        const of = JSON.stringify(wanted);
        if (wish.current?.of !== of) wish.current = { of, key: crypto.randomUUID() };
        const { key } = wish.current;
        act(async () => {
          const forget = (): void => {
            if (wish.current?.key === key) wish.current = null;
          };
          const asked = client.call("POST /v1/subaccounts/transfer", {
            ...wanted,
            idempotencyKey: key,
          });
          await asked.catch((error: unknown) => {
            if (error instanceof Refused && !error.isUnknown) forget();
            throw error;
          });
          forget();
          setText("");
          setIsDone(true);
          onMoved();
        });
      }}
    >
      <h2>{words.transfer}</h2>
      <div className="row">
        <Select label={words.transferFrom} choices={places} chosen={from} onChoose={setFrom} />
        <Select label={words.transferTo} choices={places} chosen={to} onChoose={setTo} />
        <Select
          label={words.asset}
          choices={assets.map((key) => ({ key, title: key }))}
          chosen={asset === "" ? (assets[0] ?? "") : asset}
          onChoose={setAsset}
        />
        <Field label={words.amount} inputMode="decimal" value={text} onValue={setText} />
        <button type="submit" className="button primary" disabled={!isSound}>
          {words.transfer}
        </button>
      </div>
      {isDone ? <p role="status">{words.transferDone}</p> : null}
      <FaultNotice fault={fault} next="sendAgain" />
    </form>
  );
}

function TransferTable({ transfers }: { readonly transfers: readonly InternalTransfer[] }) {
  const words = usePageWords();
  return (
    <div className="panel scroll" tabIndex={0} role="group" aria-label={words.transfers}>
      <table className="table cards" aria-label={words.transfers}>
        <thead>
          <tr>
            <th scope="col">{`${words.time} (${zone()})`}</th>
            <th scope="col">{words.transferFrom}</th>
            <th scope="col">{words.transferTo}</th>
            <th scope="col" className="number">
              {words.amount}
            </th>
          </tr>
        </thead>
        <tbody>
          {transfers.map((one) => (
            <tr key={one.tranId}>
              <td data-head={words.time}>{dayTime(one.timestamp)}</td>
              <td data-head={words.transferFrom}>{one.fromAccount}</td>
              <td data-head={words.transferTo}>{one.toAccount}</td>
              <td
                data-head={words.amount}
                className="number"
              >{`${toWire(parseUnits(one.amount) ?? 0n)} ${one.asset}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
