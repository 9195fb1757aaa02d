// JSON Schema, read aloud: what a value is called, what it may be, and an example of it.

import { el, inline } from "./dom.js";

const WORDS = { string: "text", integer: "integer", number: "number", boolean: "true or false", null: "null" };
const EXAMPLES = { "date-time": "2026-01-31T09:30:00Z", date: "2026-01-31", time: "09:30:00", uuid: "01890a5d-ac96-774b-bcce-b302099a8057" };
const DEEPEST = 6;

export class Shapes {
  constructor(components) {
    this.components = components ?? {};
  }

  // Follows references; `kind` is their place below #/components.
  resolve(node) {
    let found = node ?? {};
    while (found.$ref) {
      const [kind, name] = found.$ref.split("/").slice(2);
      found = this.components[kind]?.[name] ?? {};
    }
    return found;
  }

  name(schema) {
    if (!schema || !Object.keys(schema).length) return "anything";
    if (schema.$ref) return schema.$ref.split("/").pop().replace(/^(.*?)_(.+)_$/, "$1 of $2");
    const kinds = schema.anyOf ?? schema.oneOf;
    if (kinds) return kinds.map((kind) => this.name(kind)).join(" or ");
    if ("const" in schema) return JSON.stringify(schema.const);
    if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
    if (schema.type === "array") return `list of ${this.name(schema.items)}`;
    if (schema.type === "object") return schema.title ?? "object";
    if (schema.format) return schema.format;
    if (schema.contentEncoding) return `${schema.contentEncoding} text`;
    return WORDS[schema.type] ?? "anything";
  }

  // The limits on a value, each a few words.
  limits(schema) {
    const kinds = schema.anyOf ?? schema.oneOf ?? [schema];
    return kinds.flatMap((kind) => {
      const low = kind.minimum ?? kind.exclusiveMinimum;
      const high = kind.maximum ?? kind.exclusiveMaximum;
      return [
        range(low, high, "", kind.exclusiveMinimum != null, kind.exclusiveMaximum != null),
        range(kind.minLength, kind.maxLength, " characters"),
        range(kind.minItems, kind.maxItems, " items"),
        kind.multipleOf && `a multiple of ${kind.multipleOf}`,
        kind.pattern && `like ${kind.pattern}`,
      ].filter(Boolean);
    });
  }

  // The part of a schema that has members worth opening, or null.
  inside(schema) {
    const whole = this.resolve(schema);
    if (whole.properties) return whole;
    const parts = whole.anyOf ?? whole.oneOf ?? [whole.items, whole.additionalProperties];
    const found = parts.filter((part) => part instanceof Object).map((part) => this.inside(part)).filter(Boolean);
    return found.length === 1 ? found[0] : null;
  }

  // Members as a list; those with members of their own open on demand.
  tree(schema, depth = 0, seen = []) {
    const whole = this.inside(schema);
    if (!whole) return el("p.type", {}, this.name(schema));
    const members = Object.entries(whole.properties);
    if (!members.length) return el("p.type", {}, "an empty object");
    return el("ul.shape", {}, members.map(([name, member]) => this.member(name, member, whole, depth, [...seen, whole])));
  }

  member(name, schema, owner, depth, seen) {
    const inner = this.inside(schema);
    const opens = inner && !seen.includes(inner);
    const line = [
      el("code.name", {}, name),
      el("span.type", {}, this.name(schema)),
      owner.required?.includes(name) && el("span.needed", {}, "required"),
      this.notes(schema).map((note) => el("span.note", {}, note)),
    ];
    const words = schema.description ?? inner?.description;
    const said = words && el("p", {}, inline(words));
    if (!opens) return el("li", {}, el("div.line", {}, line), said);
    return el("li", {}, el("details", { open: depth === 0 && seen.length < 2 && Object.keys(inner.properties).length < 9 },
      el("summary.line", {}, line), said, this.tree(schema, depth + 1, seen)));
  }

  notes(schema) {
    const notes = this.limits(schema);
    if (schema.default != null && JSON.stringify(schema.default).length < 40)
      notes.push(`default ${JSON.stringify(schema.default)}`);
    return notes;
  }

  example(schema, depth = 0) {
    const whole = this.resolve(schema);
    if (whole.default != null) return whole.default;
    if (whole.examples?.length) return whole.examples[0];
    if ("const" in whole) return whole.const;
    if (whole.enum) return whole.enum[0];
    const kinds = whole.anyOf ?? whole.oneOf;
    if (kinds) return this.example(kinds.find((kind) => kind.type !== "null"), depth);
    if (whole.type === "array")
      return depth < DEEPEST ? Array(Math.max(1, whole.minItems ?? 0)).fill(this.example(whole.items, depth + 1)) : [];
    if (whole.type === "object") return this.exampleObject(whole, depth);
    if (whole.type === "string") return EXAMPLES[whole.format] ?? "x".repeat(whole.minLength ?? 0);
    if (whole.type === "boolean") return false;
    return whole.minimum ?? (whole.exclusiveMinimum != null ? whole.exclusiveMinimum + 1 : 0);
  }

  exampleObject(whole, depth) {
    if (depth >= DEEPEST) return {};
    const wanted = Object.entries(whole.properties ?? {}).filter(([name, member]) =>
      whole.required?.includes(name) || member.default !== null);
    return Object.fromEntries(wanted.map(([name, member]) => [name, this.example(member, depth + 1)]));
  }
}

function range(low, high, unit, aboveLow, belowHigh) {
  const from = low != null && (low !== 0 || !unit) ? low : null;
  if (from != null && high != null && !aboveLow && !belowHigh)
    return from === high ? `exactly ${number(high)}${unit}` : `${number(from)} – ${number(high)}${unit}`;
  const words = [];
  if (from != null) words.push(`${aboveLow ? "more than" : "at least"} ${number(from)}${unit}`);
  if (high != null) words.push(`${belowHigh ? "less than" : "at most"} ${number(high)}${unit}`);
  return words.join(", ");
}

export function number(value) {
  return typeof value === "number" && Math.abs(value) < 1e15 ? value.toLocaleString("en") : String(value);
}
