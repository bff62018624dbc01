import type { ApiKey, NewApiKey } from "@bourse/api/schema";
import { Dialog } from "@bourse/kit/dialog.tsx";
import { Field } from "@bourse/kit/field.tsx";
import { Select } from "@bourse/kit/select.tsx";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { proofOf } from "../live/passkeys.ts";
import { dayTime, zone } from "../live/time.ts";
import { Ago } from "../panes/ago.tsx";
import { useAct, useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";
import { FaultNotice } from "./fault.tsx";
import { snippetOf } from "./key-snippet.ts";
import { Copied } from "./copied.tsx";
import { ProofField } from "./proof-field.tsx";

const ask = () => client.call("GET /v1/keys", {});
const askSubAccounts = () => client.call("GET /v1/subaccounts", {});

/** The API keys of the account: made, shown once, revoked. */
export function KeysSection() {
  const words = usePageWords();
  const [asked, again] = useAsked(ask);
  const [made, setMade] = useState<NewApiKey | null>(null);
  const [revoked, setRevoked] = useState<ApiKey | null>(null);
  // The exchange lists what is good; what was revoked here is shown for as long as the page is.
  const [gone, setGone] = useState<readonly ApiKey[]>([]);
  const { fault, act } = useAct();
  return (
    <Awaited what={words.apiKeys} asked={asked} again={again}>
      {(keys) => (
        <div className="stack">
          {made === null ? (
            <CreateKey
              onMade={(key) => {
                setMade(key);
                again();
              }}
            />
          ) : (
            <MadeKey made={made} onDone={() => setMade(null)} />
          )}
          <FaultNotice fault={fault} />
          <KeyTable keys={keys} gone={gone} onRevoke={setRevoked} />
          {revoked === null ? null : (
            <Dialog
              title={words.revokeTitle(revoked.label)}
              role="alertdialog"
              onClose={() => setRevoked(null)}
            >
              <div className="stack">
                <p>{words.revokeText}</p>
                <div className="row end">
                  <button type="button" className="button" onClick={() => setRevoked(null)}>
                    {words.cancel}
                  </button>
                  <button
                    type="button"
                    className="button primary"
                    onClick={() => {
                      setRevoked(null);
                      act(async () => {
                        await client.call("DELETE /v1/keys", { id: revoked.id });
                        setGone((before) => [...before, revoked]);
                        again();
                      });
                    }}
                  >
                    {words.revoke}
                  </button>
                </div>
              </div>
            </Dialog>
          )}
        </div>
      )}
    </Awaited>
  );
}

function KeyTable({
  keys,
  gone,
  onRevoke,
}: {
  readonly keys: readonly ApiKey[];
  readonly gone: readonly ApiKey[];
  readonly onRevoke: (key: ApiKey) => void;
}) {
  const words = usePageWords();
  const isGone = (key: ApiKey) => gone.some(({ id }) => id === key.id);
  const rows = [...keys.filter((key) => !isGone(key)), ...gone];
  if (rows.length === 0) return <p className="panel empty">{words.noKeys}</p>;
  return (
    <div className="panel scroll" tabIndex={0} role="group" aria-label={words.apiKeys}>
      <table className="table cards" aria-label={words.apiKeys}>
        <thead>
          <tr>
            <th scope="col">{words.label}</th>
            <th scope="col">{words.account}</th>
            <th scope="col">{words.permissions}</th>
            <th scope="col">{words.signing}</th>
            <th scope="col">{words.addresses}</th>
            <th scope="col">{`${words.created} (${zone()})`}</th>
            <th scope="col">{`${words.lastUsed} (${zone()})`}</th>
            <th scope="col">{`${words.expires} (${zone()})`}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">
              <span className="hidden-text">{words.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((key) => (
            <tr key={key.id}>
              <th scope="row">
                <bdi>{key.label}</bdi>
              </th>
              <td data-head={words.account}>{key.account}</td>
              <td data-head={words.permissions}>{scopesText(key, words)}</td>
              <td data-head={words.signing}>{signingText(key.signing, words)}</td>
              <td data-head={words.addresses}>{key.addresses?.join(", ") ?? "–"}</td>
              <td data-head={words.created}>
                <Ago atMs={key.createdAt} />
              </td>
              <td data-head={words.lastUsed}>
                {key.lastUsedAt === null ? words.never : <Ago atMs={key.lastUsedAt} />}
              </td>
              <td data-head={words.expires}>
                {key.expiresAt === null ? words.never : dayTime(key.expiresAt)}
              </td>
              <td data-head={words.state}>
                {isGone(key) ? words.keyRevoked : key.isLive ? words.active : words.revoked}
              </td>
              <td className="number">
                {isGone(key) ? null : (
                  <button
                    type="button"
                    className="button small"
                    aria-label={words.revokeKey(key.label)}
                    onClick={() => onRevoke(key)}
                  >
                    {words.revoke}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const scopesText = ({ scopes }: ApiKey, words: PageWords): string =>
  scopes.map((scope) => scopeTitles(words)[scope]).join(words.comma);

const signingText = (signing: ApiKey["signing"], words: PageWords): string =>
  signing === "request" ? words.signingREQUEST : words.signingPARAMETERS;

const DAY_MS = 86_400_000;

/** What a key may do beside reading, each asked for by itself. */
const SCOPES = ["trade", "transfer", "withdraw"] as const;
type Scope = (typeof SCOPES)[number];

const scopeTitles = (words: PageWords): Readonly<Record<ApiKey["scopes"][number], string>> => ({
  read: words.scopeRead,
  trade: words.scopeTrade,
  transfer: words.scopeTransfer,
  withdraw: words.scopeWithdraw,
});

function CreateKey({ onMade }: { readonly onMade: (key: NewApiKey) => void }) {
  const words = usePageWords();
  const [label, setLabel] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>([]);
  const [signing, setSigning] = useState<ApiKey["signing"]>("parameters");
  const [addresses, setAddresses] = useState("");
  const [days, setDays] = useState<"0" | "30" | "90" | "365">("90");
  const [typed, setTyped] = useState("");
  const [account, setAccount] = useState("");
  const [subAccounts] = useAsked(askSubAccounts);
  const { fault, act } = useAct();
  const [wasTried, setWasTried] = useState(false);
  // What leaves the exchange leaves it from the master, to whoever asks from where it was said.
  const chosen = scopes.filter((scope) => account === "" || scope !== "withdraw");
  const lacksAddresses = chosen.includes("withdraw") && addresses.trim() === "";
  const titles = scopeTitles(words);
  const create = () => {
    setWasTried(true);
    if (lacksAddresses) return;
    act(async () => {
      const parameters = {
        label,
        scopes: ["read", ...chosen].join(","),
        signing,
        ...(account === "" ? {} : { account: Number(account) }),
        ...(addresses.trim() === "" ? {} : { addresses: addresses.replaceAll(" ", "") }),
        ...(days === "0" ? {} : { expiresAt: Date.now() + Number(days) * DAY_MS }),
      };
      if (chosen.length === 0) {
        onMade(await client.call("POST /v1/keys", parameters));
        return;
      }
      // What may do more than read needs a proof that is bound to exactly this.
      const proof = await proofOf({ action: "createKey", ...parameters }, typed);
      onMade(await client.call("POST /v1/keys", { ...parameters, ...proof }));
    });
  };
  return (
    <form
      className="panel stack padded"
      aria-label={words.createKey}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        create();
      }}
    >
      <h2>{words.createKey}</h2>
      <Field label={words.label} value={label} onValue={setLabel} maxLength={64} />
      {subAccounts.kind === "there" && 0 < subAccounts.answer.length ? (
        <Select
          label={words.account}
          choices={[
            { key: "", title: words.thisAccount },
            ...subAccounts.answer.map((one) => ({
              key: one.account.toString(),
              title: one.label,
            })),
          ]}
          chosen={account}
          onChoose={setAccount}
        />
      ) : null}
      <fieldset className="row">
        <legend className="label">{words.permissions}</legend>
        <label className="check">
          <input type="checkbox" checked disabled />
          {titles.read}
        </label>
        {SCOPES.map((scope) => (
          <label key={scope} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(scope)}
              disabled={scope === "withdraw" && account !== ""}
              onChange={(event) =>
                setScopes(
                  SCOPES.filter((one) =>
                    one === scope ? event.target.checked : scopes.includes(one),
                  ),
                )
              }
            />
            {titles[scope]}
          </label>
        ))}
      </fieldset>
      <Select
        label={words.signing}
        choices={(["parameters", "request"] as const).map((key) => ({
          key,
          title: signingText(key, words),
        }))}
        chosen={signing}
        onChoose={setSigning}
      />
      <p className="hint">{words.signingHint}</p>
      <Field
        label={words.addresses}
        hint={chosen.includes("withdraw") ? words.addressesNeeded : words.addressesHint}
        fault={wasTried && lacksAddresses ? words.addressesMissing : null}
        value={addresses}
        onValue={setAddresses}
      />
      <Select
        label={words.expires}
        choices={[
          { key: "30", title: words.days(30) },
          { key: "90", title: words.days(90) },
          { key: "365", title: words.days(365) },
          { key: "0", title: words.never },
        ]}
        chosen={days}
        onChoose={setDays}
      />
      {0 < chosen.length ? <ProofField typed={typed} onTyped={setTyped} /> : null}
      <FaultNotice fault={fault} />
      <div className="row">
        <button type="submit" className="button primary" disabled={label === ""}>
          {words.createKey}
        </button>
      </div>
    </form>
  );
}

function MadeKey({ made, onDone }: { readonly made: NewApiKey; readonly onDone: () => void }) {
  const words = usePageWords();
  return (
    <section className="panel stack padded" aria-label={words.keyMade}>
      <p className="notice" role="status">
        {words.keyMade}
      </p>
      <Copied name={words.apiKey} text={made.apiKey} />
      {made.secretKey === null ? null : <Copied name={words.secret} text={made.secretKey} />}
      <Copied
        name={made.signing === "request" ? words.connectAlone : words.connectWith}
        text={snippetOf(made, location.origin)}
      />
      <div className="row">
        <button type="button" className="button primary" onClick={onDone}>
          {words.done}
        </button>
      </div>
    </section>
  );
}
