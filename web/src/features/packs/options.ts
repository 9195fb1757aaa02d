/** What a member of a rule may be, with a name for each. */
import { t } from "../../texts";
import { countryName, named } from "../../trade/countries";
import type { Spec, Words } from "./specs";

export interface Option {
  value: string;
  text: string;
}

export function optionsOf({ source, options }: Spec, { vocabulary, documents }: Words): Option[] {
  if (options) return options.map((value) => ({ value, text: wordFor(value) }));
  switch (source) {
    case "places":
      return [
        { value: "INT", text: t.packs.anywhere },
        ...vocabulary.groups.map(({ id, title }) => ({ value: id, text: title })),
        ...named(vocabulary.countries),
      ];
    case "countries":
      return named(vocabulary.countries);
    case "traits":
      return vocabulary.traits.map(({ id, question }) => ({ value: id, text: question }));
    case "measures":
      return [
        { value: "value", text: t.packs.worth },
        ...vocabulary.measures.map(({ id }) => ({ value: id, text: wordFor(id) })),
      ];
    case "units":
      return [...new Set(vocabulary.measures.flatMap(({ units }) => units))].map(plain);
    case "modes":
      return vocabulary.modes.map(({ id, title }) => ({ value: id, text: title }));
    case "roles":
      return vocabulary.roles.map(({ id, title }) => ({ value: id, text: `${wordFor(id)}: ${title}` }));
    case "currencies":
      return vocabulary.currencies.map(plain);
    case "severities":
      return vocabulary.severities.map((value) => ({ value, text: wordFor(value) }));
    case "domains":
      return vocabulary.domains.map(({ id, title }) => ({ value: id, text: title }));
    case "documents":
      return documents.map(({ id, title }) => ({ value: id, text: title }));
    default:
      return [];
  }
}

const plain = (value: string): Option => ({ value, text: value });

export function wordFor(value: string): string {
  const words: Readonly<Record<string, string>> = { ...t.severity.names, ...t.packs.words };
  return words[value] ?? value.replaceAll("_", " ");
}

/** What stands on a chip: countries by name, everything else by its word. */
export function chipText(spec: Spec, value: string, options: readonly Option[]): string {
  if (spec.source === "places" || spec.source === "countries")
    return options.find((each) => each.value === value)?.text ?? countryName(value);
  if (spec.source === "documents") return options.find((each) => each.value === value)?.text ?? value;
  return spec.source === "codes" || spec.source === "rules" ? value : wordFor(value);
}
