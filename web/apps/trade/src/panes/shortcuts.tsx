import { Dialog } from "@bourse/kit/dialog.tsx";
import { usePageWords } from "@bourse/kit/words";
import { HOTKEY_ACTIONS, readHotkeys } from "@bourse/state/hotkeys";
import { look } from "../live/look.ts";
import { palette } from "./palette-store.ts";

/** What keys do. */
export function Shortcuts() {
  const words = usePageWords();
  const rows: readonly (readonly [string, string])[] = [
    ["Ctrl K", words.commandPalette],
    ["?", words.keyHelp],
    ["Alt 1 – Alt 5", words.keyPanes],
    ["Alt B", words.readBest],
    ["Ctrl Enter", words.keySubmit],
    ["Enter", words.keyChart],
    ["Esc", words.keyClose],
  ];
  const keys = readHotkeys(look.get().hotkeys);
  return (
    <Dialog title={words.shortcuts} onClose={() => palette.dispatch("close")}>
      <dl className="shortcuts">
        {rows.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h3>{words.hotkeys}</h3>
      <p className="hint">{words.hotkeysHint}</p>
      <dl className="shortcuts">
        {HOTKEY_ACTIONS.map((action) => (
          <div key={action}>
            <dt>
              <kbd>{keys[action]}</kbd>
            </dt>
            <dd>{words[`hotkey_${action}`]}</dd>
          </div>
        ))}
      </dl>
      <div className="row end">
        <button type="button" className="button" onClick={() => palette.dispatch("close")}>
          {words.close}
        </button>
      </div>
    </Dialog>
  );
}
