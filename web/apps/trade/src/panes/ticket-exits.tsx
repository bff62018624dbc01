import { Field } from "@bourse/kit/field.tsx";
import { useOpenedWords } from "@bourse/kit/words";
import { useStore } from "../live/use.ts";
import { RiskSize } from "./risk-size.tsx";
import { faultsOf, type FormFacts } from "./ticket-fields.tsx";
import { ticket as ticketStore } from "./ticket-store.ts";

/** Where the order that this one opens is to be left again, and at which limits. */
export function Exits(form: FormFacts) {
  const words = useOpenedWords();
  const ticket = useStore(ticketStore);
  const fault = faultsOf(form);
  const fields = [
    ["takeProfit", words.takeProfit],
    ["takeProfitLimit", words.profitLimit],
    ["stopLoss", words.stopLoss],
    ["stopLossLimit", words.lossLimit],
  ] as const;
  return (
    <div className="exits">
      {fields.map(([field, label]) => (
        <Field
          key={field}
          label={label}
          inputMode="decimal"
          value={ticket[field]}
          onValue={(text) => ticketStore.dispatch({ [field]: text })}
          fault={fault(field)}
        />
      ))}
      {ticket.stopLoss === "" ? null : <RiskSize facts={form.facts} />}
      <p className="hint">{words.exitsHint}</p>
    </div>
  );
}
