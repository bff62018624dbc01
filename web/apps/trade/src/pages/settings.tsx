import { Select } from "@bourse/kit/select.tsx";
import { LANGUAGES, useWords } from "@bourse/kit/words";
import { brand, useFeature } from "../live/brand.ts";
import { look } from "../live/look.ts";
import { useStore } from "../live/use.ts";
import { HotkeysPanel } from "./hotkeys-panel.tsx";

/** How the pages look and behave. */
export function SettingsPage() {
  const words = useWords();
  const chosen = useStore(look);
  const set = look.dispatch;
  const offered = useStore(brand).languages;
  const hasHotkeys = useFeature("hotkeys");
  return (
    <div className="page narrow">
      <h1>{words.settings}</h1>
      <div className="panel stack padded">
        <Select
          label={words.theme}
          choices={[
            { key: "system", title: words.themeSystem },
            { key: "dark", title: words.themeDark },
            { key: "light", title: words.themeLight },
            { key: "contrast", title: words.themeContrast },
          ]}
          chosen={chosen.theme}
          onChoose={(theme) => set({ theme })}
        />
        <Select
          label={words.direction}
          choices={[
            { key: "green-up", title: words.directionGreen },
            { key: "red-up", title: words.directionRed },
            { key: "blue-orange", title: words.directionBlue },
          ]}
          chosen={chosen.direction}
          onChoose={(direction) => set({ direction })}
        />
        <Select
          label={words.language}
          choices={LANGUAGES.filter(({ key }) => offered.includes(key))}
          chosen={chosen.language}
          onChoose={(language) => set({ language })}
        />
        <Select
          label={words.layout}
          choices={[
            { key: "classic", title: words.layoutClassic },
            { key: "chart", title: words.layoutChart },
            { key: "book", title: words.layoutBook },
          ]}
          chosen={chosen.layout}
          onChoose={(layout) => set({ layout })}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={chosen.asksBeforeOrders}
            onChange={(event) => set({ asksBeforeOrders: event.target.checked })}
          />
          {words.confirmations}
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={chosen.isCompact}
            onChange={(event) => set({ isCompact: event.target.checked })}
          />
          {words.compact}
        </label>
        <div className="row">
          <button
            type="button"
            className="button"
            onClick={() =>
              set({ layout: "classic", dockShare: 30, sideWidth: 284, ticketWidth: 300 })
            }
          >
            {words.resetSettings}
          </button>
        </div>
      </div>
      {hasHotkeys ? <HotkeysPanel /> : null}
    </div>
  );
}
