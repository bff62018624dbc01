import type { KycApplication } from "@bourse/api/schema";
import { Field } from "@bourse/kit/field.tsx";
import { Select } from "@bourse/kit/select.tsx";
import { spokenLanguage } from "@bourse/kit/languages";
import { usePageWords } from "@bourse/kit/words";
import { readDay } from "@bourse/state/typed-time";
import { useMemo, useState } from "react";
import { client } from "../live/clients.ts";
import { useLook } from "../live/use.ts";
import { useAct } from "./asked.ts";
import { countriesOf } from "./countries.ts";
import { FaultNotice } from "./fault.tsx";

/** Who applies for which level. */
export function ApplicantForm({
  levels,
  before,
  onDone,
}: {
  readonly levels: readonly number[];
  /** What was said last; it is kept to be changed. */
  readonly before: KycApplication | null;
  readonly onDone: () => void;
}) {
  const words = usePageWords();
  const language = useLook((look) => spokenLanguage(look.language));
  const countries = useMemo(() => countriesOf(language), [language]);
  const first = levels[0] ?? 1;
  const [level, setLevel] = useState(
    before !== null && levels.includes(before.level) ? before.level : first,
  );
  const [legalName, setLegalName] = useState(before?.legalName ?? "");
  const [birthDate, setBirthDate] = useState(before?.birthDate ?? "");
  const [country, setCountry] = useState(before?.country ?? "");
  const [address, setAddress] = useState(before?.address ?? "");
  const { fault, act } = useAct();
  const birthDay = readDay(birthDate);
  const isComplete =
    birthDay !== null && [legalName, country, address].every((text) => text.trim() !== "");
  return (
    <form
      className="panel stack padded"
      aria-label={words.applicant}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        act(async () => {
          const said = {
            legalName: legalName.trim(),
            birthDate: birthDay ?? "",
            country,
            address: address.trim(),
          };
          await client.call("POST /v1/kyc/application", { ...said, level });
          onDone();
        });
      }}
    >
      <h2>{words.applicant}</h2>
      <Select
        label={words.levelWanted}
        choices={levels.map((one) => ({
          key: one.toString(),
          title: words.levelWants(one),
        }))}
        chosen={level.toString()}
        onChoose={(key) => setLevel(Number(key))}
      />
      <Field
        label={words.legalName}
        hint={words.legalNameHint}
        autoComplete="name"
        maxLength={200}
        value={legalName}
        onValue={setLegalName}
      />
      <Field
        label={words.birthDate}
        inputMode="numeric"
        autoComplete="bday"
        placeholder={words.dayPattern}
        fault={birthDate === "" || birthDay !== null ? null : words.dayWrong}
        value={birthDate}
        onValue={setBirthDate}
      />
      <Select
        label={words.country}
        choices={[{ key: "", title: "–" }, ...countries]}
        chosen={country}
        onChoose={setCountry}
      />
      <Field
        label={words.homeAddress}
        autoComplete="street-address"
        maxLength={400}
        value={address}
        onValue={setAddress}
      />
      <FaultNotice fault={fault} />
      <div className="row">
        <button type="submit" className="button primary" disabled={!isComplete}>
          {before === null ? words.startApplication : words.keepApplication}
        </button>
      </div>
    </form>
  );
}
