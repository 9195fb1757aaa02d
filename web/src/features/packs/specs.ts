/** A rule's form as data: which members it has, in which sections, and how each is entered. */
import type { Vocabulary } from "../../api/routes";

export type Loose = Record<string, unknown>;
export type Source =
  | "places"
  | "countries"
  | "traits"
  | "measures"
  | "modes"
  | "roles"
  | "currencies"
  | "units"
  | "severities"
  | "documents"
  | "domains"
  | "rules"
  | "codes";

export interface Spec {
  name: string;
  kind: "line" | "text" | "number" | "date" | "pick" | "chips" | "check" | "part" | "many" | "measures";
  source?: Source;
  /** The words of a choice that no vocabulary has. */
  options?: readonly string[];
  fields?: readonly Spec[];
  /** What a new row of `many` begins with. */
  fresh?: Loose;
  required?: boolean;
  /** What holds if nothing is said. */
  fallback?: string;
  wide?: boolean;
}

const LIMIT: readonly Spec[] = [
  { name: "field", kind: "pick", source: "measures", required: true },
  { name: "op", kind: "pick", options: ["<", "<=", "=", "!=", ">=", ">"], required: true },
  { name: "value", kind: "number", required: true },
  { name: "unit", kind: "pick", source: "units" },
  { name: "currency", kind: "pick", source: "currencies" },
];

const NUMERIC: Spec = {
  name: "numeric",
  kind: "many",
  fields: LIMIT,
  fresh: { field: "value", op: "<=", value: 0, currency: "EUR" },
};

const FACTS: readonly Spec[] = [
  { name: "hs_code", kind: "line" },
  { name: "origin", kind: "pick", source: "countries", required: true },
  { name: "destination", kind: "pick", source: "countries", required: true },
  { name: "date", kind: "date" },
  { name: "mode", kind: "pick", source: "modes" },
  { name: "role", kind: "pick", source: "roles" },
  { name: "value", kind: "number" },
  { name: "currency", kind: "pick", source: "currencies" },
  { name: "quantity", kind: "number" },
  { name: "transit", kind: "chips", source: "countries" },
  { name: "traits", kind: "chips", source: "traits" },
  { name: "not_traits", kind: "chips", source: "traits" },
  { name: "measures", kind: "measures" },
  { name: "no_other_traits", kind: "check", wide: true },
];

export const SECTIONS: readonly { name: string; fields: readonly Spec[] }[] = [
  {
    name: "says",
    fields: [
      { name: "title", kind: "line", required: true, wide: true },
      { name: "summary", kind: "text", wide: true },
      { name: "severity", kind: "pick", source: "severities", required: true },
      {
        name: "direction",
        kind: "pick",
        options: ["import", "export", "transit", "sale"],
        fallback: "import",
      },
    ],
  },
  {
    name: "where",
    fields: [
      { name: "destinations", kind: "chips", source: "places" },
      { name: "exclude_destinations", kind: "chips", source: "places" },
      { name: "origins", kind: "chips", source: "places" },
      { name: "exclude_origins", kind: "chips", source: "places" },
    ],
  },
  {
    name: "goods",
    fields: [
      {
        name: "nomenclature",
        kind: "pick",
        options: ["HS2022", "CN8", "HTS10"],
        fallback: "HS2022",
        wide: true,
      },
      { name: "hs_include", kind: "chips", source: "codes" },
      { name: "hs_exclude", kind: "chips", source: "codes" },
      { name: "traits_all", kind: "chips", source: "traits" },
      { name: "traits_any", kind: "chips", source: "traits" },
      { name: "traits_none", kind: "chips", source: "traits" },
      { ...NUMERIC, wide: true },
    ],
  },
  {
    name: "when",
    fields: [
      { name: "valid_from", kind: "date" },
      { name: "valid_to", kind: "date" },
      {
        name: "date_basis",
        kind: "pick",
        options: ["entry", "shipped_on_board", "placed_on_market", "order"],
        fallback: "entry",
      },
      { name: "modes", kind: "chips", source: "modes" },
      { name: "roles", kind: "chips", source: "roles" },
      {
        name: "seasons",
        kind: "many",
        fresh: { begins: "01-01", ends: "12-31" },
        wide: true,
        fields: [
          { name: "begins", kind: "line", required: true },
          { name: "ends", kind: "line", required: true },
        ],
      },
      { name: "residual_condition", kind: "line", wide: true },
    ],
  },
  {
    name: "proof",
    fields: [
      {
        name: "evidence",
        kind: "many",
        wide: true,
        fresh: {},
        fields: [
          { name: "all_of", kind: "chips", source: "documents" },
          { name: "any_of", kind: "chips", source: "documents" },
          {
            name: "waivers",
            kind: "many",
            wide: true,
            fresh: { reason: "" },
            fields: [
              { name: "reason", kind: "line", required: true, wide: true },
              { name: "traits_all", kind: "chips", source: "traits" },
              { name: "traits_any", kind: "chips", source: "traits" },
              { ...NUMERIC, wide: true },
            ],
          },
        ],
      },
    ],
  },
  {
    name: "money",
    fields: [
      {
        name: "charges",
        kind: "many",
        wide: true,
        fresh: { kind: "duty", title: "", basis: "value" },
        fields: [
          { name: "title", kind: "line", required: true, wide: true },
          { name: "kind", kind: "pick", options: ["duty", "vat", "fee"], required: true },
          {
            name: "basis",
            kind: "pick",
            options: ["value", "value_and_duty", "consignment", "item", "item_type", "kg"],
            required: true,
          },
          { name: "rate", kind: "number" },
          { name: "amount", kind: "number" },
          { name: "currency", kind: "pick", source: "currencies" },
          { name: "above", kind: "number" },
          { name: "up_to", kind: "number" },
          { name: "threshold_currency", kind: "pick", source: "currencies" },
        ],
      },
    ],
  },
  {
    name: "others",
    fields: [
      { name: "supersedes", kind: "chips", source: "rules" },
      { name: "exempts", kind: "chips", source: "rules" },
    ],
  },
  {
    name: "source",
    fields: [
      { name: "authority", kind: "line", required: true, wide: true },
      {
        name: "citation",
        kind: "part",
        wide: true,
        fields: [
          { name: "law", kind: "line", required: true },
          { name: "article", kind: "line" },
          { name: "url", kind: "line" },
          { name: "checked_on", kind: "date", required: true },
        ],
      },
      { name: "confidence", kind: "pick", options: ["verified", "known", "uncertain"], required: true },
      { name: "mapping", kind: "pick", options: ["sure", "good", "rough"], fallback: "good" },
      { name: "verified_by", kind: "line" },
      { name: "notes", kind: "text", wide: true },
    ],
  },
  {
    name: "tests",
    fields: [
      {
        name: "tests",
        kind: "many",
        wide: true,
        fresh: { facts: { origin: "CN", destination: "DE" }, expect: "matched" },
        fields: [
          { name: "expect", kind: "pick", options: ["matched", "not_matched", "unknown"], required: true },
          { name: "note", kind: "line" },
          { name: "facts", kind: "part", wide: true, fields: FACTS },
        ],
      },
    ],
  },
];

/** What the form can offer: the house's words, and those of this pack. */
export interface Words {
  vocabulary: Vocabulary;
  documents: readonly { id: string; title: string }[];
}

/** The object without what says nothing, as the node writes it. */
export function withMember(value: Loose, name: string, member: unknown): Loose {
  const { [name]: _, ...rest } = value;
  const empty =
    member === undefined || member === "" || member === false || (Array.isArray(member) && !member.length);
  return empty ? rest : { ...rest, [name]: member };
}
