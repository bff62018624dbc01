import { usePageWords } from "@bourse/kit/words";
import {
  conflictsOf,
  HOTKEY_ACTIONS,
  keyOf,
  readHotkeys,
  STANDARD_HOTKEYS,
  type HotkeyAction,
} from "@bourse/state/hotkeys";
import { useState } from "react";
import { disarm } from "../live/hotkeys.ts";
import { look } from "../live/look.ts";
import { useLook } from "../live/use.ts";

const ARROWS: Readonly<Record<string, string>> = { Up: "↑", Down: "↓", Left: "←", Right: "→" };
/** A key as it is written on a keyboard. */
const signOf = (key: string): string =>
  key.replace(/Arrow(\w+)/, (name, way: string) => ARROWS[way] ?? name);

/** Which key trades how; each can be set by pressing it. */
export function HotkeysPanel() {
  const words = usePageWords();
  const keys = readHotkeys(useLook((look) => look.hotkeys));
  const [waiting, setWaiting] = useState<HotkeyAction | null>(null);
  const conflicts = conflictsOf(keys);
  const set = (action: HotkeyAction, key: string) => {
    disarm();
    look.dispatch({ hotkeys: { ...keys, [action]: key } });
    setWaiting(null);
  };
  return (
    <section className="panel stack padded" aria-label={words.hotkeys}>
      <h2>{words.hotkeys}</h2>
      <p className="hint">{words.hotkeysHint}</p>
      <table className="table" aria-label={words.hotkeys}>
        <tbody>
          {HOTKEY_ACTIONS.map((action) => (
            <tr key={action}>
              <th scope="row">{words[`hotkey_${action}`]}</th>
              <td className="number">
                {conflicts.includes(action) ? (
                  <span className="fault">{words.hotkeyTaken} </span>
                ) : null}
                <button
                  type="button"
                  className="button small"
                  aria-label={words.setKey(words[`hotkey_${action}`], signOf(keys[action]))}
                  onClick={() => setWaiting(waiting === action ? null : action)}
                  onBlur={() => setWaiting(null)}
                  onKeyDown={(event) => {
                    if (waiting !== action) return;
                    const key = keyOf(event);
                    if (key === null) return;
                    event.preventDefault();
                    set(action, key);
                  }}
                >
                  {waiting === action ? words.pressKey : <kbd>{signOf(keys[action])}</kbd>}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row">
        <button
          type="button"
          className="button"
          onClick={() => look.dispatch({ hotkeys: STANDARD_HOTKEYS })}
        >
          {words.resetHotkeys}
        </button>
      </div>
    </section>
  );
}
