import type { Brand } from "@bourse/api/schema";
import { contrastHundredths } from "@bourse/kit/contrast";
import { Field } from "@bourse/kit/field.tsx";
import { STANDARD_COLOURS } from "@bourse/kit/standard-colours";
import { usePageWords } from "@bourse/kit/words";
import { useEffect, useState } from "react";
import { brand, type Feature } from "../live/brand.ts";
import { useStore } from "../live/use.ts";
import { fileOf } from "./brand-file.ts";
import { LanguageChoice, LogoField } from "./brand-parts.tsx";
import { Copied } from "./copied.tsx";

const FEATURES: readonly Feature[] = [
  "register",
  "faucet",
  "notifications",
  "portfolio",
  "statements",
  "subaccounts",
  "hotkeys",
];
/** What each colour is read on, or has on it. */
const BESIDE = { accent: { dark: "#12161d", light: "#ffffff" }, primary: "#ffffff" } as const;
const CONTRAST_MIN = 450;

const wornTheme = (): string => document.documentElement.dataset["theme"] ?? "dark";

/** For this page alone: what the visitor has chosen stays. */
function wearTheme(theme: string): void {
  document.documentElement.dataset["theme"] = theme;
}

/** Shows how the pages would look, and what the configuration file has to say for it. */
export function BrandPage() {
  const words = usePageWords();
  const [kept] = useState(() => brand.get());
  const [theme] = useState(wornTheme);
  const [logoFile, setLogoFile] = useState<string | null>(null);
  const shown = useStore(brand);
  // A preview ends with its page, and the theme that it is seen in is the visitor's again.
  useEffect(
    () => () => {
      brand.dispatch(kept);
      wearTheme(theme);
    },
    [kept, theme],
  );
  const link = (name: keyof Brand["links"]) => (
    <Field
      label={words[name]}
      value={shown.links[name] ?? ""}
      placeholder="https://"
      onValue={(text) =>
        brand.dispatch({ links: { ...shown.links, [name]: text === "" ? null : text } })
      }
    />
  );
  return (
    <div className="page">
      <h1>{words.brandPreview}</h1>
      <p>{words.brandHint}</p>
      <div className="panel stack padded">
        <Field
          label={words.brandName}
          value={shown.name}
          maxLength={40}
          onValue={(name) => brand.dispatch({ name })}
        />
        <LogoField onFile={setLogoFile} />
        <div className="row">
          {(["dark", "light"] as const).map((theme) => (
            <Colours key={theme} theme={theme} />
          ))}
        </div>
        <LanguageChoice />
        <div className="row">
          {link("support")}
          {link("terms")}
          {link("privacy")}
        </div>
        <fieldset className="row">
          <legend className="label">{words.brandFeatures}</legend>
          {FEATURES.map((feature) => (
            <label key={feature} className="check">
              <input
                type="checkbox"
                checked={shown.features.includes(feature)}
                onChange={(event) =>
                  brand.dispatch({
                    features: FEATURES.filter((one) =>
                      one === feature ? event.target.checked : shown.features.includes(one),
                    ),
                  })
                }
              />
              {feature === "subaccounts" ? words.subAccounts : words[feature]}
            </label>
          ))}
        </fieldset>
        <Copied name={words.brandFile} text={fileOf(shown, logoFile)} />
      </div>
    </div>
  );
}

function Colours({ theme }: { readonly theme: "dark" | "light" }) {
  const words = usePageWords();
  const shown = useStore(brand);
  const name = theme === "dark" ? words.themeDark : words.themeLight;
  const colours = shown[theme];
  const field = (part: "accent" | "primary") => {
    const colour = colours[part] ?? "";
    const beside = part === "primary" ? BESIDE.primary : BESIDE.accent[theme];
    const contrast = contrastHundredths(colour, beside);
    const ratio = contrast === null ? "" : (contrast / 100).toFixed(2);
    const isLow = contrast !== null && contrast < CONTRAST_MIN;
    const isWrong = colour !== "" && contrast === null;
    return (
      <Field
        label={part === "accent" ? words.brandAccent(name) : words.brandPrimary(name)}
        value={colour}
        placeholder={STANDARD_COLOURS[theme][part]}
        maxLength={7}
        fault={isWrong ? "#rrggbb" : isLow ? words.contrastLow(ratio) : null}
        {...(contrast === null ? {} : { hint: words.contrastOf(ratio) })}
        onValue={(text) => {
          wearTheme(theme);
          brand.dispatch({ [theme]: { ...colours, [part]: text === "" ? null : text } });
        }}
      />
    );
  };
  return (
    <>
      {field("accent")}
      {field("primary")}
    </>
  );
}
