import { usePageWords } from "@bourse/kit/words";
import { useState } from "react";
import { Refused } from "@bourse/api/client";
import { parseUnits } from "@bourse/num/decimal";
import { toWire } from "@bourse/num/format";
import { useFeature } from "../live/brand.ts";
import { client } from "../live/clients.ts";
import { useSandbox } from "./sandbox.ts";

/** Play money for whoever asks, in a sandbox. */
export function Faucet() {
  const words = usePageWords();
  const isSandbox = useSandbox();
  const isOffered = useFeature("faucet");
  const [said, setSaid] = useState<string | null>(null);
  const [isRefused, setIsRefused] = useState(false);
  if (!isSandbox || !isOffered) return null;
  const ask = async (): Promise<void> => {
    try {
      const { credits } = await client.call("POST /dev/faucet", {});
      const amounts = credits.map(
        ({ asset, amount }) => `${toWire(parseUnits(amount) ?? 0n)} ${asset}`,
      );
      setIsRefused(false);
      setSaid(words.faucetGave(amounts.join(", ")));
    } catch (error) {
      setIsRefused(true);
      const seconds = error instanceof Refused ? error.retryAfterSeconds : null;
      setSaid(seconds === null ? words.reasonOffline : words.faucetWait(seconds.toString()));
    }
  };
  return (
    <div className="row">
      <button type="button" className="button" onClick={() => void ask()}>
        {words.faucet}
      </button>
      {said === null ? null : (
        <span role={isRefused ? "alert" : "status"} className={isRefused ? "fault" : "small-text"}>
          {said}
        </span>
      )}
    </div>
  );
}
