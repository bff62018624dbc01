import type { ClosedAccount } from "@bourse/api/schema";
import { Dialog } from "@bourse/kit/dialog.tsx";
import { Field } from "@bourse/kit/field.tsx";
import { usePageWords } from "@bourse/kit/words";
import { createStore, now } from "@bourse/state/store";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { proofOf } from "../live/passkeys.ts";
import { recallSession, visitor } from "../live/visitor.ts";
import { dayTime, zone } from "../live/time.ts";
import { usePart, useStore } from "../live/use.ts";
import { offer } from "../panes/offer.ts";
import { useAct } from "./asked.ts";
import { FaultNotice } from "./fault.tsx";
import { ProofField } from "./proof-field.tsx";

/** What was said of a closing: it stays on the page although the closing has ended every session. */
const closed = createStore<ClosedAccount | null, ClosedAccount>(null, (_, told) => told, now);

/** Everything that is held on the user, to take along, and the end of the account. */
export function DataSection() {
  return (
    <div className="stack">
      <ExportPanel />
      <ClosePanel />
    </div>
  );
}

function ExportPanel() {
  const words = usePageWords();
  const [typed, setTyped] = useState("");
  const [isMaking, setIsMaking] = useState(false);
  const { fault, act } = useAct();
  const download = () =>
    act(async () => {
      setIsMaking(true);
      try {
        const proof = await proofOf({ action: "exportData" }, typed);
        offer("data.zip", await client.download("POST /v1/account/export", proof));
        setTyped("");
      } finally {
        setIsMaking(false);
      }
    });
  return (
    <form
      className="panel stack padded"
      aria-label={words.exportData}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        download();
      }}
    >
      <h2>{words.exportData}</h2>
      <p>{words.exportHint}</p>
      <ProofField typed={typed} onTyped={setTyped} />
      <FaultNotice fault={fault} />
      <div className="row">
        <button type="submit" className="button primary" disabled={isMaking}>
          {isMaking ? words.exportMaking : words.download}
        </button>
      </div>
    </form>
  );
}

function ClosePanel() {
  const words = usePageWords();
  const account = usePart(visitor, (who) => (who.kind === "user" ? who.session.account : 0));
  const [erase, setErase] = useState(false);
  const [typed, setTyped] = useState("");
  const [isAsking, setIsAsking] = useState(false);
  const { fault, act } = useAct();
  const close = () => {
    setIsAsking(false);
    act(async () => {
      const proof = await proofOf({ action: "closeAccount", erase }, typed);
      closed.dispatch(await client.call("POST /v1/account/close", { erase, ...proof }));
      await recallSession();
    });
  };
  return (
    <form
      className="panel stack padded"
      aria-label={words.closeAccount}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setIsAsking(true);
      }}
    >
      <h2>{words.closeAccount}</h2>
      <p>{words.closeHint}</p>
      <p className="hint">{words.closeKept}</p>
      <label className="check">
        <input
          type="checkbox"
          checked={erase}
          onChange={(event) => setErase(event.target.checked)}
        />
        {words.closeErase}
      </label>
      <ProofField typed={typed} onTyped={setTyped} />
      <FaultNotice fault={fault} />
      <div className="row">
        <button type="submit" className="button">
          {words.closeAccount}
        </button>
      </div>
      {isAsking ? (
        <ConfirmClosing account={account} onConfirm={close} onClose={() => setIsAsking(false)} />
      ) : null}
    </form>
  );
}

/** What cannot be undone is confirmed by typing. */
function ConfirmClosing({
  account,
  onConfirm,
  onClose,
}: {
  readonly account: number;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  const words = usePageWords();
  const [number, setNumber] = useState("");
  return (
    <Dialog title={words.closeTitle(account)} role="alertdialog" onClose={onClose}>
      <div className="stack">
        <p>{words.closeText}</p>
        <Field
          label={words.closeNumber(account)}
          inputMode="numeric"
          value={number}
          onValue={setNumber}
        />
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button primary"
            disabled={number.trim() !== account.toString()}
            onClick={onConfirm}
          >
            {words.closeForGood}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

/** Whether an account was closed on this page, and nobody has signed in to another one since. */
export function useIsClosed(): boolean {
  const isUser = useStore(visitor).kind === "user";
  return useStore(closed) !== null && !isUser;
}

/** What was closed and what is kept of it; nothing unless that was just done. */
export function ClosedNotice() {
  const words = usePageWords();
  const told = useStore(closed);
  const isClosed = useIsClosed();
  if (told === null || !isClosed) return null;
  const untilText = (until: number | null) => {
    if (until === null) return words.keptAlways;
    return until <= told.closedAt ? words.erasedNow : dayTime(until);
  };
  return (
    <section className="panel stack padded" aria-label={words.closeDone}>
      <h2>{words.closeDone}</h2>
      <p role="status">
        {words.closedAt(told.accounts.join(", "), `${dayTime(told.closedAt)} ${zone()}`)}
      </p>
      <table className="table" aria-label={words.keptTable}>
        <thead>
          <tr>
            <th scope="col">{words.keptTable}</th>
            <th scope="col">{`${words.until} (${zone()})`}</th>
          </tr>
        </thead>
        <tbody>
          {told.kept.map(({ what, until }) => (
            <tr key={what}>
              <th scope="row">{words[`kept${what}`]}</th>
              <td>{untilText(until)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
