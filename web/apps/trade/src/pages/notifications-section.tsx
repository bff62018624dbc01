import type { Alert, NotificationSetting } from "@bourse/api/schema";
import { Field } from "@bourse/kit/field.tsx";
import { Select } from "@bourse/kit/select.tsx";
import { usePageWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { readEntry } from "@bourse/num/entry";
import { format, toWire } from "@bourse/num/format";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { markets } from "../live/exchange.ts";
import { look } from "../live/look.ts";
import { pairOf } from "../live/pair.ts";
import { useMarks, useStore } from "../live/use.ts";
import { useMarket } from "../panes/open-orders.tsx";
import { useAct, useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";
import { FaultNotice } from "./fault.tsx";

const askSettings = () => client.call("GET /v1/notifications/settings", {});
const askAlerts = () => client.call("GET /v1/alerts", {});

/** Where news go, and the prices that are waited for. */
export function NotificationsSection() {
  return (
    <div className="stack">
      <Alerts />
      <Settings />
      <Here />
    </div>
  );
}

/** What this browser does with news. */
function Here() {
  const words = usePageWords();
  const { showsToasts, playsSounds } = useStore(look);
  return (
    <div className="panel padded row">
      <label className="check">
        <input
          type="checkbox"
          checked={showsToasts}
          onChange={(event) => look.dispatch({ showsToasts: event.target.checked })}
        />
        {words.showToasts}
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={playsSounds}
          onChange={(event) => look.dispatch({ playsSounds: event.target.checked })}
        />
        {words.playSounds}
      </label>
    </div>
  );
}

function Settings() {
  const words = usePageWords();
  const [asked, again] = useAsked(askSettings);
  const { fault, act } = useAct();
  const set = ({ kind, isKept, isMailed }: NotificationSetting) =>
    act(async () => {
      // Letters of security are always written, and always listed.
      if (kind === "SECURITY") return;
      await client.call("PUT /v1/notifications/settings", { kind, isKept, isMailed });
      again();
    });
  return (
    <Awaited what={words.preferences} asked={asked} again={again}>
      {(settings) => (
        <section className="panel scroll" tabIndex={0} aria-label={words.preferences}>
          <table className="table" aria-label={words.preferences}>
            <thead>
              <tr>
                <th scope="col">{words.news}</th>
                <th scope="col">{words.inTheList}</th>
                <th scope="col">{words.byMail}</th>
              </tr>
            </thead>
            <tbody>
              {settings.map((setting) => {
                const name = words[`kind${setting.kind}`];
                const isFixed = setting.kind === "SECURITY";
                return (
                  <tr key={setting.kind}>
                    <th scope="row">{name}</th>
                    <td>
                      <label className="check">
                        <input
                          type="checkbox"
                          className="box"
                          aria-label={`${name}: ${words.inTheList}`}
                          checked={setting.isKept}
                          disabled={isFixed}
                          onChange={(event) => set({ ...setting, isKept: event.target.checked })}
                        />
                      </label>
                    </td>
                    <td>
                      <label className="check">
                        <input
                          type="checkbox"
                          className="box"
                          aria-label={`${name}: ${words.byMail}`}
                          checked={setting.isMailed}
                          disabled={isFixed}
                          onChange={(event) => set({ ...setting, isMailed: event.target.checked })}
                        />
                      </label>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <FaultNotice fault={fault} />
        </section>
      )}
    </Awaited>
  );
}

function Alerts() {
  const words = usePageWords();
  const [asked, again] = useAsked(askAlerts);
  const { fault, act } = useAct();
  const remove = (alert: Alert) =>
    act(async () => {
      await client.call("DELETE /v1/alerts", { id: alert.id });
      again();
    });
  return (
    <section className="panel stack padded" aria-label={words.alerts}>
      <h2>{words.alerts}</h2>
      <AddAlert onAdded={again} />
      <FaultNotice fault={fault} />
      <Awaited what={words.alerts} asked={asked} again={again}>
        {(all) =>
          all.length === 0 ? (
            <p className="quiet">{words.noAlerts}</p>
          ) : (
            <table className="table" aria-label={words.alerts}>
              <tbody>
                {all.map((alert) => (
                  <AlertRow key={alert.id} alert={alert} onRemove={() => remove(alert)} />
                ))}
              </tbody>
            </table>
          )
        }
      </Awaited>
    </section>
  );
}

function AlertRow({
  alert: { symbol, direction, price },
  onRemove,
}: {
  readonly alert: Alert;
  readonly onRemove: () => void;
}) {
  const words = usePageWords();
  const marks = useMarks();
  const market = useMarket(symbol);
  const shown = format(parseUnits(price) ?? 0n, market?.priceDigits ?? 8, marks);
  const name = `${pairOf(symbol)} ${direction === "ABOVE" ? words.alertAbove : words.alertBelow} ${shown}`;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="number">
        <button
          type="button"
          className="button small"
          aria-label={words.removeAlert(name)}
          onClick={onRemove}
        >
          {words.remove}
        </button>
      </td>
    </tr>
  );
}

function AddAlert({ onAdded }: { readonly onAdded: () => void }) {
  const words = usePageWords();
  const marks = useMarks();
  const all = useStore(markets);
  const symbols = all.kind === "there" ? [...all.bySymbol.keys()] : [];
  const [symbol, setSymbol] = useState("");
  const [direction, setDirection] = useState<Alert["direction"]>("ABOVE");
  const [text, setText] = useState("");
  const { fault, act } = useAct();
  const chosen = symbol === "" ? (symbols[0] ?? "") : symbol;
  const entry = readEntry(text, marks);
  return (
    <form
      className="row"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (entry.kind !== "value") return;
        const price = toWire(entry.units);
        act(async () => {
          await client.call("POST /v1/alerts", { symbol: chosen, direction, price });
          setText("");
          onAdded();
        });
      }}
    >
      <Select
        label={words.market}
        choices={symbols.map((key) => ({ key, title: pairOf(key) }))}
        chosen={chosen}
        onChoose={setSymbol}
      />
      <Select
        label={words.alertWhen}
        choices={[
          { key: "ABOVE", title: words.alertAbove },
          { key: "BELOW", title: words.alertBelow },
        ]}
        chosen={direction}
        onChoose={setDirection}
      />
      <Field
        label={words.price}
        inputMode="decimal"
        value={text}
        onValue={setText}
        fault={entry.kind === "value" || entry.kind === "empty" ? null : words.faultUnreadable}
      />
      <button type="submit" className="button primary" disabled={entry.kind !== "value"}>
        {words.addAlert}
      </button>
      <FaultNotice fault={fault} />
    </form>
  );
}
