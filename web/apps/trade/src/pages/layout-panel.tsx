import { Field } from "@bourse/kit/field.tsx";
import { Select } from "@bourse/kit/select.tsx";
import { usePageWords } from "@bourse/kit/words";
import { moved, type Column } from "@bourse/state/arrangement";
import { useState } from "react";
import {
  forgetLayout,
  keepLayout,
  LAYOUTS_MAX,
  NAME_LENGTH_MAX,
  PRESETS,
  presetOf,
  showLayout,
  STANDARD_LAYOUT,
  type Preset,
} from "../live/layouts.ts";
import { look } from "../live/look.ts";
import { useStore } from "../live/use.ts";

/** How the trade screen is laid out, and layouts under names. */
export function LayoutPanel() {
  const words = usePageWords();
  const chosen = useStore(look);
  const preset = presetOf(chosen);
  const titles: Readonly<Record<Preset, string>> = {
    classic: words.layoutClassic,
    chart: words.layoutChart,
    book: words.layoutBook,
  };
  return (
    <section className="panel stack padded" aria-label={words.layout}>
      <h2>{words.layout}</h2>
      <Select
        label={words.layout}
        isNamedOnly
        choices={[
          ...(Object.keys(PRESETS) as Preset[]).map((key) => ({ key, title: titles[key] })),
          ...(preset === null ? [{ key: "own" as const, title: words.layoutOwn }] : []),
        ]}
        chosen={preset ?? "own"}
        onChoose={(key) => {
          if (key !== "own") look.dispatch(PRESETS[key]);
        }}
      />
      <ColumnOrder />
      <label className="check">
        <input
          type="checkbox"
          checked={chosen.stack === "below"}
          onChange={(event) => look.dispatch({ stack: event.target.checked ? "below" : "beside" })}
        />
        {words.stackBelow}
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={chosen.isCompact}
          onChange={(event) => look.dispatch({ isCompact: event.target.checked })}
        />
        {words.compact}
      </label>
      <OwnLayouts />
      <div className="row">
        <button type="button" className="button" onClick={() => look.dispatch(STANDARD_LAYOUT)}>
          {words.resetSettings}
        </button>
      </div>
    </section>
  );
}

/** The panels in their order, each with a way to the left and to the right. */
function ColumnOrder() {
  const words = usePageWords();
  const { columns } = useStore(look);
  const titles: Readonly<Record<Column, string>> = {
    chart: words.chart,
    side: words.panelSide,
    ticket: words.orderTicket,
  };
  const move = (column: Column, direction: 1 | -1) =>
    look.dispatch({ columns: moved(columns, column, direction) });
  return (
    <div role="group" aria-label={words.panelOrder}>
      <p className="label">{words.panelOrder}</p>
      <ol className="columns-list">
        {columns.map((column, index) => (
          <li key={column}>
            <button
              type="button"
              className="button plain small"
              aria-label={words.moveLeft(titles[column])}
              disabled={index === 0}
              onClick={() => move(column, -1)}
            >
              ◀
            </button>
            <span>{titles[column]}</span>
            <button
              type="button"
              className="button plain small"
              aria-label={words.moveRight(titles[column])}
              disabled={index === columns.length - 1}
              onClick={() => move(column, 1)}
            >
              ▶
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

function OwnLayouts() {
  const words = usePageWords();
  const names = Object.keys(useStore(look).layouts);
  const [name, setName] = useState("");
  const given = name.trim();
  const isFull = LAYOUTS_MAX <= names.length && !names.includes(given);
  return (
    <form
      className="stack"
      aria-label={words.ownLayouts}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (given === "" || isFull) return;
        keepLayout(given);
        setName("");
      }}
    >
      {names.length === 0 ? <p className="quiet small-text">{words.noLayouts}</p> : null}
      {names.map((one) => (
        <p key={one} className="row">
          <button
            type="button"
            className="button small"
            aria-label={words.showLayout(one)}
            onClick={() => showLayout(one)}
          >
            <bdi>{one}</bdi>
          </button>
          <button
            type="button"
            className="button plain small"
            aria-label={words.forgetLayout(one)}
            onClick={() => forgetLayout(one)}
          >
            ✕
          </button>
        </p>
      ))}
      <Field
        label={words.layoutName}
        maxLength={NAME_LENGTH_MAX}
        value={name}
        onValue={setName}
        aside={
          <button type="submit" className="button small" disabled={given === "" || isFull}>
            {words.keepLayout}
          </button>
        }
      />
    </form>
  );
}
