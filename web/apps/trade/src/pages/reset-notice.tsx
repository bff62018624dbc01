import { usePageWords } from "@bourse/kit/words";
import { client } from "../live/clients.ts";
import { dayTime, zone } from "../live/time.ts";
import { useAct } from "./asked.ts";
import { FaultNotice } from "./fault.tsx";

/** That somebody wants the second factors taken away, and the way to stop it. */
export function ResetNotice({
  askedAt,
  onChange,
}: {
  readonly askedAt: number;
  readonly onChange: () => void;
}) {
  const words = usePageWords();
  const { fault, act } = useAct();
  return (
    <section className="notice wrong stack" aria-label={words.lostFactor}>
      <p>{words.resetOpen(`${dayTime(askedAt)} ${zone()}`)}</p>
      <FaultNotice fault={fault} />
      <div className="row">
        <button
          type="button"
          className="button primary"
          onClick={() =>
            act(async () => {
              await client.call("DELETE /v1/factorReset", {});
              onChange();
            })
          }
        >
          {words.cancelReset}
        </button>
      </div>
    </section>
  );
}
