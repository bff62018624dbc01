import { LANGUAGES, spokenLanguage, type Language } from "@bourse/kit/languages";
import { Select } from "@bourse/kit/select.tsx";
import { usePageWords } from "@bourse/kit/words";
import { useState } from "react";
import { brand } from "../live/brand.ts";
import { useStore } from "../live/use.ts";
import { spoken } from "./brand-file.ts";
import { FileField } from "./file-field.tsx";

/** As the exchange takes them. */
const TYPES = ["image/png", "image/svg+xml"];
const BYTES_MAX = 32 * 1_024;

const addressOf = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === "string" ? reader.result : "");
    reader.onerror = () => reject(new Error(file.name));
    reader.readAsDataURL(file);
  });

/** The picture beside the name: another one, or none. */
export function LogoField({ onFile }: { readonly onFile: (name: string) => void }) {
  const words = usePageWords();
  const { logo } = useStore(brand);
  const [isWrong, setIsWrong] = useState(false);
  const take = (file: File): void => {
    const isSound = TYPES.includes(file.type) && file.size <= BYTES_MAX;
    setIsWrong(!isSound);
    if (!isSound) return;
    addressOf(file).then(
      (logo) => {
        brand.dispatch({ logo });
        onFile(file.name);
      },
      () => setIsWrong(true),
    );
  };
  return (
    <div className="row">
      <FileField
        label={words.brandLogo}
        types={TYPES}
        isBusy={false}
        note={isWrong ? words.brandLogoWrong : words.brandLogoHint}
        isWrong={isWrong}
        onFile={take}
      />
      {logo === null ? null : (
        <button
          type="button"
          className="button"
          onClick={() => {
            brand.dispatch({ logo: null });
            onFile("");
          }}
        >
          {words.brandNoLogo}
        </button>
      )}
    </div>
  );
}

/** The languages that are offered, one at least, and which comes first. */
export function LanguageChoice() {
  const words = usePageWords();
  const { languages } = useStore(brand);
  const chosen = spoken(languages);
  const all = LANGUAGES.filter(({ key }) => spokenLanguage(key) === key);
  const offer = (some: readonly Language[]): void => brand.dispatch({ languages: [...some] });
  return (
    <div className="row">
      <fieldset className="row">
        <legend className="label">{words.brandLanguages}</legend>
        {all.map(({ key, title }) => (
          <label key={key} className="check" lang={key}>
            <input
              type="checkbox"
              checked={chosen.includes(key)}
              disabled={chosen.length === 1 && chosen.includes(key)}
              onChange={(event) =>
                offer(event.target.checked ? [...chosen, key] : chosen.filter((one) => one !== key))
              }
            />
            {title}
          </label>
        ))}
      </fieldset>
      <Select
        label={words.brandFirstLanguage}
        choices={all.filter(({ key }) => chosen.includes(key))}
        chosen={chosen[0] ?? "en"}
        onChoose={(first) => offer([first, ...chosen.filter((one) => one !== first)])}
      />
    </div>
  );
}
