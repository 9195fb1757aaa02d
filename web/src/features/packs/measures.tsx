import type { Quantity } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { wordFor } from "./options";
import type { Words } from "./specs";

/** Numbers with units, by what they measure. */
export function Measures({
  label,
  value,
  words,
  change,
}: {
  label: string;
  value: unknown;
  words: Words;
  change: (next: unknown) => void;
}) {
  const known = (value ?? {}) as Record<string, Quantity>;
  const measures = words.vocabulary.measures;
  const free = measures.find(({ id }) => !(id in known));
  const put = (entries: [string, Quantity][]) =>
    change(entries.length ? Object.fromEntries(entries) : undefined);
  const entries = Object.entries(known);
  const replace = (index: number, id: string, quantity: Quantity) =>
    put(entries.map((entry, at) => (at === index ? [id, quantity] : entry)));
  return (
    <fieldset className="many">
      <legend className="legend">{label}</legend>
      {entries.map(([id, quantity], index) => {
        const units = measures.find((each) => each.id === id)?.units ?? [quantity.unit];
        return (
          <div key={id} className="told">
            <select
              className="input"
              aria-label={label}
              value={id}
              onChange={({ target }) => {
                const unit = measures.find((each) => each.id === target.value)?.units[0] ?? "";
                replace(index, target.value, { ...quantity, unit });
              }}
            >
              {measures
                .filter((each) => each.id === id || !(each.id in known))
                .map((each) => (
                  <option key={each.id} value={each.id}>
                    {wordFor(each.id)}
                  </option>
                ))}
            </select>
            <input
              type="number"
              step="any"
              className="input"
              aria-label={wordFor(id)}
              value={quantity.value}
              onChange={({ target }) => replace(index, id, { ...quantity, value: Number(target.value) })}
            />
            <select
              className="input"
              aria-label={t.answer.unit}
              value={quantity.unit}
              onChange={({ target }) => replace(index, id, { ...quantity, unit: target.value })}
            >
              {units.map((unit) => (
                <option key={unit}>{unit}</option>
              ))}
            </select>
            <Button look="plain danger" onClick={() => put(entries.filter((_, at) => at !== index))}>
              {t.actions.remove}
            </Button>
          </div>
        );
      })}
      {free ? (
        <Button onClick={() => put([...entries, [free.id, { value: 0, unit: free.units[0] ?? "" }]])}>
          {t.packs.addOne}
        </Button>
      ) : null}
    </fieldset>
  );
}
