import { Select } from "@bourse/kit/select.tsx";
import { LANGUAGES } from "@bourse/kit/languages";
import { usePageWords } from "@bourse/kit/words";
import { brand, useFeature } from "../live/brand.ts";
import { look } from "../live/look.ts";
import { useStore } from "../live/use.ts";
import { Boundary } from "../panes/boundary.tsx";
import { HotkeysPanel } from "./hotkeys-panel.tsx";
import { LayoutPanel } from "./layout-panel.tsx";

/** How the pages look and behave. */
export function SettingsPage() {
  const words = usePageWords();
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
        <label className="check">
          <input
            type="checkbox"
            checked={chosen.isLocalTime}
            onChange={(event) => set({ isLocalTime: event.target.checked })}
          />
          {words.localTime}
        </label>
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
            checked={chosen.showsTips}
            onChange={(event) => set({ showsTips: event.target.checked })}
          />
          {words.showTips}
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={chosen.isStill}
            onChange={(event) => set({ isStill: event.target.checked })}
          />
          {words.lessMotion}
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={chosen.hasHelpKey}
            onChange={(event) => set({ hasHelpKey: event.target.checked })}
          />
          {words.helpKey}
        </label>
      </div>
      <Boundary>
        <LayoutPanel />
      </Boundary>
      <Boundary>{hasHotkeys ? <HotkeysPanel /> : null}</Boundary>
    </div>
  );
}
