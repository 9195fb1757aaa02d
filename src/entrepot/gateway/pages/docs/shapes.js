// JSON Schema, read aloud: what a value is called, what it may be, and an example of it.

import { el, inline } from "./dom.js";
import { range } from "./words.js";

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

  // The limits on a value, each a few words of prose.
  limits(schema) {
    const kinds = schema.anyOf ?? schema.oneOf ?? [schema];
    return kinds.flatMap((kind) => {
      const low = kind.minimum ?? kind.exclusiveMinimum;
      const high = kind.maximum ?? kind.exclusiveMaximum;
      return [
        range(low, high, "", { aboveLow: kind.exclusiveMinimum != null, belowHigh: kind.exclusiveMaximum != null }),
        range(kind.minLength, kind.maxLength, " characters"),
        range(kind.minItems, kind.maxItems, " items"),
        kind.multipleOf && `a multiple of ${kind.multipleOf}`,
        kind.pattern && `like \`${kind.pattern}\``,
      ].filter(Boolean);
    });
  }

  // The structs inside a schema that have members worth opening; more than one where kinds differ.
  structs(schema) {
    const whole = this.resolve(schema);
    if (whole.properties) return [whole];
    const parts = whole.anyOf ?? whole.oneOf ?? [whole.items, whole.additionalProperties];
    return parts.filter((part) => part instanceof Object).flatMap((part) => this.structs(part));
  }

  // Members as a list; those with members of their own open on demand. What is asked for is marked
  // where it is required; an answer simply has its members.
  tree(schema, { asked = false, depth = 0, seen = [] } = {}) {
    const structs = this.structs(schema);
    if (!structs.length) return el("p.type", {}, this.name(schema));
    return structs.map((whole, index) => [
      structs.length > 1 && el("p.kind", {}, index ? "or " : "either ", el("span.type", {}, whole.title)),
      this.members(whole, { asked, depth, seen: [...seen, whole] }),
    ]);
  }

  members(whole, how) {
    const all = Object.entries(whole.properties);
    if (!all.length) return el("p.type", {}, "nothing");
    const needed = (name) => how.asked && whole.required?.includes(name);
    return el("ul.shape", {}, all.map(([name, schema]) => this.member(name, schema, needed(name), how)));
  }

  member(name, schema, needed, { asked, depth, seen }) {
    const inner = this.structs(schema).filter((struct) => !seen.includes(struct));
    const description = schema.description ?? (inner.length === 1 ? inner[0].description : null);
    const line = this.line(name, schema, needed);
    const said = description && el("p", {}, inline(description));
    if (!inner.length) return el("li", {}, el("div.line", {}, line), said);
    const open = depth === 0 && inner.length === 1 && Object.keys(inner[0].properties).length < 9;
    return el("li", {}, el("details", { open },
      el("summary.line", {}, line), said, this.tree(schema, { asked, depth: depth + 1, seen })));
  }

  line(name, schema, needed) {
    return [
      el("code.name", {}, name),
      el("span.type", {}, this.name(schema)),
      needed && el("span.needed", {}, "required"),
      this.notes(schema).map((note) => el("span.note", {}, inline(note))),
    ];
  }

  notes(schema) {
    const notes = this.limits(schema);
    if (schema.default != null && JSON.stringify(schema.default).length < 40)
      notes.push(`default ${JSON.stringify(schema.default)}`);
    return notes;
  }

  // `name` is what to write where any text will do.
  example(schema, name = "text", depth = 0) {
    const whole = this.resolve(schema);
    if (whole.default != null) return whole.default;
    if (whole.examples?.length) return whole.examples[0];
    if ("const" in whole) return whole.const;
    if (whole.enum) return whole.enum[0];
    const kinds = whole.anyOf ?? whole.oneOf;
    if (kinds) return this.example(kinds.find((kind) => kind.type !== "null"), name, depth);
    if (whole.type === "array") return depth < DEEPEST ? this.exampleList(whole, name, depth) : [];
    if (whole.type === "object") return depth < DEEPEST ? this.exampleObject(whole, depth) : {};
    if (whole.type === "string") return EXAMPLES[whole.format] ?? fitted(name, whole);
    return whole.type === "boolean" ? false : exampleNumber(whole);
  }

  exampleList({ items, minItems }, name, depth) {
    return Array(Math.max(1, minItems ?? 0)).fill(this.example(items, name, depth + 1));
  }

  exampleObject({ properties, required }, depth) {
    const wanted = Object.entries(properties ?? {}).filter(([name, member]) =>
      required?.includes(name) || member.default !== null);
    return Object.fromEntries(wanted.map(([name, member]) => [name, this.example(member, name, depth + 1)]));
  }
}

function fitted(text, { minLength = 0, maxLength = Infinity }) {
  return text.padEnd(minLength, `-${text}`).slice(0, Math.min(maxLength, 200));
}

// Zero where it may be, or the number nearest to it.
function exampleNumber({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const low = minimum ?? (exclusiveMinimum != null ? exclusiveMinimum + 1 : -Infinity);
  const high = maximum ?? (exclusiveMaximum != null ? exclusiveMaximum - 1 : Infinity);
  return Math.min(Math.max(0, low), high);
}
