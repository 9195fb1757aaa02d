import { useQuery } from "@tanstack/react-query";
import type { ProductFacts, Vocabulary } from "../../api/routes";
import { t } from "../../texts";
import { Field, Form, type Values } from "../../ui/form";
import { Pick } from "../../ui/inputs";
import { Loaded, Waiting } from "../../ui/list";
import { countryOptions } from "../../trade/markets";
import { countryName, currencyName, named } from "../../trade/countries";
import { dayName, today } from "../../ui/dates";
import { coverageQuery, vocabularyQuery } from "../../trade/queries";
import type { Draft } from "./facts";
import { Step } from "./step";

interface Props {
  draft: Draft;
  open: boolean;
  change: () => void;
  done: (next: Draft) => void;
}

/** From where, to where, when and how; and what it is worth, if they like to say. */
export function WayStep({ draft, open, change, done }: Props) {
  const vocabulary = useQuery(vocabularyQuery);
  return (
    <Step title={t.check.way} said={<Said draft={draft} />} open={open} change={change}>
      <Loaded query={vocabulary}>{(words) => <WayForm draft={draft} words={words} done={done} />}</Loaded>
    </Step>
  );
}

function WayForm({ draft, words, done }: Omit<Props, "open" | "change"> & { words: Vocabulary }) {
  const coverage = useQuery(coverageQuery);
  // Were the markets sorted in later, a country that somebody chose meanwhile would be lost.
  if (coverage.isPending) return <Waiting rows={3} />;
  const choose = { value: "", text: t.check.chooseCountry };
  const markets = countryOptions(coverage.data?.items ?? [], words.countries);
  const modes = [
    { value: "", text: t.check.unknownMode },
    ...words.modes.map(({ id }) => ({ value: id, text: t.modes[id as keyof typeof t.modes] ?? id })),
  ];
  const currencies = words.currencies.map((value) => ({ value, text: `${value} – ${currencyName(value)}` }));
  const submit = async (values: Values) => done({ ...draft, ...factsOf(values) });
  return (
    <Form submit={submit} label={t.check.show}>
      <div className="pair">
        <Pick
          name="origin"
          label={t.check.from}
          options={[choose, ...named(words.countries)]}
          defaultValue={draft.origin ?? ""}
          required
        />
        <Pick
          name="destination"
          label={t.check.to}
          options={[choose, ...markets]}
          defaultValue={draft.destination ?? ""}
          required
        />
      </div>
      <p className="quiet small">{t.check.euHint}</p>
      <div className="pair">
        <Field name="date" type="date" label={t.check.when} defaultValue={draft.date ?? today()} required />
        <Pick name="mode" label={t.check.how} options={modes} defaultValue={draft.mode ?? ""} />
      </div>
      <div className="pair">
        <Field
          name="value"
          type="number"
          min="0"
          step="any"
          label={t.check.worth}
          hint={t.check.worthHint}
          defaultValue={draft.value ?? ""}
        />
        <Pick
          name="currency"
          label={t.check.currency}
          options={currencies}
          defaultValue={draft.currency ?? "EUR"}
        />
      </div>
      <div className="pair">
        <Field
          name="quantity"
          type="number"
          min="0"
          step="any"
          label={t.check.pieces}
          defaultValue={draft.quantity ?? ""}
        />
      </div>
    </Form>
  );
}

function factsOf({ origin = "", destination = "", date, mode, value, currency, quantity }: Values): Draft {
  return {
    origin,
    destination,
    date: date || null,
    mode: (mode || null) as NonNullable<ProductFacts["mode"]> | null,
    value: value ? Number(value) : null,
    currency: (value && currency) || null,
    quantity: quantity ? Number(quantity) : null,
  };
}

function Said({ draft: { origin, destination, date, mode, value, currency, quantity } }: { draft: Draft }) {
  if (!origin || !destination) return <span className="quiet">{t.check.notYet}</span>;
  const rest = [
    mode ? t.modes[mode] : "",
    date ? dayName(date) : "",
    quantity ? t.check.piecesSaid(quantity) : "",
    value && currency ? `${value} ${currency}` : "",
  ].filter(Boolean);
  return (
    <>
      <span>{t.check.fromTo(countryName(origin), countryName(destination))}</span>
      <span className="quiet">{rest.join(" · ")}</span>
    </>
  );
}
