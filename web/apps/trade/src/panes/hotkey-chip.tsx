import { useDeskWords } from "@bourse/kit/words";
import { arm, armed, disarm } from "../live/hotkeys.ts";
import { visitor } from "../live/visitor.ts";
import { useFeature } from "../live/brand.ts";
import { usePart, useStore } from "../live/use.ts";

/** Whether keys trade, and the way to change it; nothing for guests. */
export function HotkeyChip() {
  const words = useDeskWords();
  const isArmed = useStore(armed);
  const isUser = usePart(visitor, ({ kind }) => kind === "user");
  const isOffered = useFeature("hotkeys");
  if (!isUser || !isOffered) return null;
  return (
    <button
      type="button"
      className={isArmed ? "chip armed" : "chip unarmed"}
      aria-pressed={isArmed}
      data-term="hotkeys"
      onClick={(event) => {
        if (isArmed) disarm();
        else arm();
        // The next key is for the ticket, not for this button.
        event.currentTarget.blur();
      }}
    >
      {isArmed ? words.hotkeysArmed : words.hotkeysOff}
    </button>
  );
}
