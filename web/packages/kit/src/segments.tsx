import { useId } from "react";

export interface Segment<K extends string> {
  readonly key: K;
  readonly title: string;
  readonly tone?: "up" | "down";
}

/** A choice of few, all of them seen. */
export function Segments<K extends string>({
  label,
  segments,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly segments: readonly Segment<K>[];
  readonly chosen: K;
  readonly onChoose: (key: K) => void;
}) {
  const name = useId();
  return (
    <div className="segments" role="radiogroup" aria-label={label}>
      {segments.map((segment) => (
        <label key={segment.key} className={segment.tone}>
          <input
            type="radio"
            name={name}
            checked={segment.key === chosen}
            onChange={() => onChoose(segment.key)}
          />
          {segment.title}
        </label>
      ))}
    </div>
  );
}
