/** Keys that trade: what each does, and which key that is. Whether they are armed is not decided here. */

export const HOTKEY_ACTIONS = [
  "buySide",
  "sellSide",
  "size25",
  "size50",
  "size75",
  "size100",
  "tickUp",
  "tickDown",
  "submit",
  "pickOnChart",
  "cancelLast",
  "cancelAll",
] as const;
export type HotkeyAction = (typeof HOTKEY_ACTIONS)[number];
export type Hotkeys = Readonly<Record<HotkeyAction, string>>;

export const STANDARD_HOTKEYS: Hotkeys = {
  buySide: "b",
  sellSide: "s",
  size25: "1",
  size50: "2",
  size75: "3",
  size100: "4",
  tickUp: "ArrowUp",
  tickDown: "ArrowDown",
  submit: "Enter",
  pickOnChart: "p",
  cancelLast: "x",
  cancelAll: "Shift+x",
};

/** A key that was pressed, as events of browsers name it. */
export interface Press {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Keys that mean something else everywhere. */
const TAKEN: ReadonlySet<string> = new Set(["Tab", "Escape", "?", " ", "Shift+?", "Shift+Tab"]);
const MODIFIERS: ReadonlySet<string> = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph"]);

/** Returns the name of a key with Shift before it; null for chords, which are not for trading, and for keys with a use. */
export function keyOf(press: Press): string | null {
  if (press.ctrlKey || press.metaKey || press.altKey || MODIFIERS.has(press.key)) return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const name = press.shiftKey ? `Shift+${key}` : key;
  return TAKEN.has(name) || key.length === 0 || 16 < key.length ? null : name;
}

/** Returns what a key does; null for nothing. */
export function actionOf(keys: Hotkeys, press: Press): HotkeyAction | null {
  const name = keyOf(press);
  return name === null ? null : (HOTKEY_ACTIONS.find((action) => keys[action] === name) ?? null);
}

/** Returns the actions whose key another one has, too: none of them may be armed. */
export const conflictsOf = (keys: Hotkeys): readonly HotkeyAction[] =>
  HOTKEY_ACTIONS.filter((action) =>
    HOTKEY_ACTIONS.some((other) => other !== action && keys[other] === keys[action]),
  );

/**
 * Returns keys that were kept; whatever is missing or no text is standard, and with Shift where another action was given that
 * key, so that an action that is new disarms nobody.
 */
export function readHotkeys(kept: Readonly<Record<string, unknown>>): Hotkeys {
  const chosen = new Map(
    HOTKEY_ACTIONS.flatMap((action) => {
      const key = kept[action];
      return typeof key === "string" && key !== "" ? [[action, key]] : [];
    }),
  );
  const taken = new Set(chosen.values());
  const read = HOTKEY_ACTIONS.map((action) => {
    const standard = STANDARD_HOTKEYS[action];
    return [action, chosen.get(action) ?? (taken.has(standard) ? `Shift+${standard}` : standard)];
  });
  return Object.fromEntries(read) as Hotkeys;
}
