/** What was said of a product, in words: everything that its answer rests on. */
import type { Check as Check, ProductFacts, Vocabulary } from "../../api/routes";
import { t } from "../../texts";
import { countryName } from "../../trade/countries";
import { dayName } from "../../ui/dates";

export interface Line {
  name: string;
  text: string;
}

export interface Answered extends Line {
  /** The member of the facts that holds it. */
  field: string;
}

/** Of the way and the shipment. What was not said is left out. */
export function wayOf({
  origin,
  destination,
  transit,
  mode,
  date,
  value,
  currency,
  quantity,
  role,
}: ProductFacts): Line[] {
  return [
    { name: t.check.from, text: countryName(origin) },
    { name: t.check.to, text: countryName(destination) },
    { name: t.check.through, text: (transit ?? []).map(countryName).join(", ") },
    { name: t.check.how, text: mode ? t.modes[mode] : t.check.notSaid },
    { name: t.check.when, text: date ? dayName(date) : "" },
    { name: t.check.worth, text: value == null ? t.check.notSaid : `${value} ${currency ?? ""}` },
    { name: t.check.pieces, text: quantity == null ? "" : String(quantity) },
    { name: t.conditions.role, text: role ?? "" },
  ].filter(({ text }) => text);
}

/** Every question that was answered, and its answer. */
export function answersOf(check: Pick<Check, "facts"> & Partial<Check>, words: Vocabulary): Answered[] {
  const { facts } = check;
  const traits = new Map(words.traits.map(({ id, question }) => [id, question]));
  const measures = new Map(words.measures.map(({ id, question }) => [id, question]));
  const dates = new Map(words.dates.map(({ id, title }) => [id, title]));
  const told = (names: readonly string[] = [], text: string) =>
    names.map((id) => ({ name: traits.get(id) ?? plain(id), text, field: `traits.${id}` }));
  return [
    ...told(facts.traits, t.answer.yes),
    ...told(facts.not_traits, t.answer.no),
    ...Object.entries(facts.measures ?? {}).map(([id, { value, unit }]) => ({
      name: measures.get(id) ?? plain(id),
      text: `${value} ${unit}`,
      field: `measures.${id}`,
    })),
    ...Object.entries(facts.values ?? {}).map(([currency, value]) => ({
      name: t.check.worthIn(currency),
      text: `${value} ${currency}`,
      field: `values.${currency}`,
    })),
    ...Object.entries(facts.dates ?? {}).flatMap(([id, day]) =>
      day ? [{ name: dates.get(id) ?? plain(id), text: dayName(day), field: `dates.${id}` }] : [],
    ),
    ...Object.entries(facts.answers ?? {}).map(([rule, yes]) => ({
      name: titleOf(check, rule),
      text: yes ? t.answer.yes : t.answer.no,
      field: `answers.${rule}`,
    })),
    ...(facts.no_other_traits
      ? [{ name: t.answer.anythingElse, text: t.answer.no, field: "no_other_traits" }]
      : []),
  ];
}

/** An answer to a rule's own condition is named after the rule. */
function titleOf(
  { requirements = [], possible = [], near_misses = [] }: Partial<Check>,
  rule: string,
): string {
  const shown = [...requirements, ...possible].find((each) => each.rule.id === rule)?.rule.title;
  return t.check.holdsFor(shown ?? near_misses.find((each) => each.rule === rule)?.title ?? plain(rule));
}

function plain(id: string): string {
  return id.replaceAll("_", " ");
}
