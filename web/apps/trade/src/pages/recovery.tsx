import { usePageWords } from "@bourse/kit/words";
import { createStore, now } from "@bourse/state/store";
import { useStore } from "../live/use.ts";
import { offer } from "../panes/offer.ts";

/** Codes that were told this once: they stay on the page although telling them has ended every session. */
export const recoveryCodes = createStore<readonly string[], readonly string[]>(
  [],
  (_, codes) => codes,
  now,
);

/** The recovery codes until they were taken along; nothing without any. */
export function RecoveryCodes() {
  const words = usePageWords();
  const codes = useStore(recoveryCodes);
  if (codes.length === 0) return null;
  return (
    <section className="panel stack padded" aria-label={words.recoveryCodes}>
      <h2>{words.recoveryCodes}</h2>
      <p>{words.recoveryHint}</p>
      <ul className="codes">
        {codes.map((code) => (
          <li key={code} className="mono">
            {code}
          </li>
        ))}
      </ul>
      <div className="row">
        <button
          type="button"
          className="button"
          onClick={() => offer("recovery-codes.txt", `${codes.join("\n")}\n`, "text/plain")}
        >
          {words.download}
        </button>
        <button type="button" className="button primary" onClick={() => recoveryCodes.dispatch([])}>
          {words.done}
        </button>
      </div>
    </section>
  );
}
