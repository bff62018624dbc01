import type { Term } from "./strings/en-terms.ts";
import { useId } from "react";

export interface Choice<K extends string> {
  readonly key: K;
  readonly title: string;
}

/** A labelled choice of one; with `isNamedOnly` the label is for those who do not see the place. */
export function Select<K extends string>({
  label,
  choices,
  chosen,
  onChoose,
  isNamedOnly = false,
  isSmall = false,
  term,
}: {
  readonly label: string;
  readonly choices: readonly Choice<K>[];
  readonly chosen: K;
  readonly onChoose: (key: K) => void;
  readonly isNamedOnly?: boolean;
  readonly isSmall?: boolean;
  /** The word of trading that says what it is. */
  readonly term?: Term;
}) {
  const id = useId();
  return (
    <div className="field" data-term={term}>
      <label htmlFor={id} className={isNamedOnly ? "hidden-text" : "label"}>
        {label}
      </label>
      <select
        id={id}
        className={isSmall ? "select small" : "select"}
        value={chosen}
        onChange={(event) => {
          const found = choices.find((choice) => choice.key === event.target.value);
          if (found !== undefined) onChoose(found.key);
        }}
      >
        {choices.map((choice) => (
          <option key={choice.key} value={choice.key}>
            {choice.title}
          </option>
        ))}
      </select>
    </div>
  );
}
