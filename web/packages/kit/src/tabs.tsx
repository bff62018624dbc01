import { useId, type KeyboardEvent, type ReactNode } from "react";

export interface Tab<K extends string> {
  readonly key: K;
  readonly title: string;
}

/** Tabs with their panel; arrow keys move between them. */
export function Tabs<K extends string>({
  label,
  tabs,
  chosen,
  onChoose,
  aside,
  children,
}: {
  readonly label: string;
  readonly tabs: readonly Tab<K>[];
  readonly chosen: K;
  readonly onChoose: (key: K) => void;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  const title = tabs.find((tab) => tab.key === chosen)?.title ?? "";
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const index = tabs.findIndex((tab) => tab.key === chosen);
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = tabs[(index + step + tabs.length) % tabs.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    onChoose(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  return (
    <>
      <div className="tab-bar">
        <div className="tabs" role="tablist" aria-label={label} onKeyDown={move}>
          {tabs.map((tab) => (
            <button
              key={tab.key}
              id={`${id}-${tab.key}`}
              className="tab"
              role="tab"
              type="button"
              aria-selected={tab.key === chosen}
              aria-controls={`${id}-panel`}
              tabIndex={tab.key === chosen ? 0 : -1}
              onClick={() => onChoose(tab.key)}
            >
              {tab.title}
            </button>
          ))}
        </div>
        {aside}
      </div>
      <div id={`${id}-panel`} className="tab-panel" role="tabpanel" aria-label={title} tabIndex={0}>
        {children}
      </div>
    </>
  );
}
