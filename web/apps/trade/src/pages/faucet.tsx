import { Dialog } from "@bourse/kit/dialog.tsx";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import { useState } from "react";
import type { Refused } from "@bourse/api/client";
import type { Credit } from "@bourse/api/schema";
import { parseUnits } from "@bourse/num/decimal";
import { toWire } from "@bourse/num/format";
import { useFeature } from "../live/brand.ts";
import { client } from "../live/clients.ts";
import { useAct } from "./asked.ts";
import { actFaultText } from "./fault.tsx";
import { useSandbox } from "./sandbox.ts";

const listed = (credits: readonly Credit[]): string =>
  credits.map(({ asset, amount }) => `${toWire(parseUnits(amount) ?? 0n)} ${asset}`).join(", ");

/** Payouts of the account are held. */
const HELD_CODE = -2010;

function faultText(fault: Refused, words: PageWords): string {
  const seconds = fault.retryAfterSeconds;
  if (seconds !== null) return words.faucetWait(seconds.toString());
  return fault.code === HELD_CODE ? words.resetRefused : actFaultText(fault, words);
}

/** Play money for whoever asks, in a sandbox, and the way back to the beginning. */
export function Faucet() {
  const words = usePageWords();
  const isSandbox = useSandbox();
  const isOffered = useFeature("faucet");
  const [said, setSaid] = useState("");
  const { fault, act } = useAct();
  const [isAsking, setIsAsking] = useState(false);
  if (!isSandbox || !isOffered) return null;
  const tell = (doing: () => Promise<string>) =>
    act(async () => {
      setSaid("");
      setSaid(await doing());
    });
  const give = async (): Promise<string> => {
    const { credits } = await client.call("POST /dev/faucet", {});
    return words.faucetGave(listed(credits));
  };
  const reset = async (): Promise<string> => {
    const { credits } = await client.call("POST /dev/reset", {});
    return words.resetDone(listed(credits));
  };
  return (
    <div className="row">
      <button type="button" className="button" onClick={() => tell(give)}>
        {words.faucet}
      </button>
      <button type="button" className="button" onClick={() => setIsAsking(true)}>
        {words.resetAccount}
      </button>
      {said === "" ? null : (
        <span role="status" className="small-text">
          {said}
        </span>
      )}
      {fault === null ? null : (
        <span role="alert" className="fault">
          {faultText(fault, words)}
        </span>
      )}
      {isAsking ? (
        <ResetDialog onConfirm={() => tell(reset)} onClose={() => setIsAsking(false)} />
      ) : null}
    </div>
  );
}

function ResetDialog({
  onConfirm,
  onClose,
}: {
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  const words = usePageWords();
  return (
    <Dialog title={words.resetTitle} role="alertdialog" onClose={onClose}>
      <div className="stack">
        <p>{words.resetText}</p>
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button primary"
            onClick={() => {
              onClose();
              onConfirm();
            }}
          >
            {words.resetAccount}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
