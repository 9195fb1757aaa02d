// The workbench beside a row: fill in, see the curl line grow, send, read the answer.

import { showAnswer } from "./answer.js";
import { copyButton, el } from "./dom.js";

// Lives as long as this page and is never stored.
let token = "";

export function workbench(row, shapes, server) {
  const fields = inputs(row);
  const body = bodyField(row.operation, shapes);
  const key = tokenField(row.operation);
  const line = el("pre", { tabindex: "0", role: "region", "aria-label": "The curl line" });
  const result = el("div.result", { "aria-live": "polite" });
  const send = el("button.primary", { type: "submit" }, "Send");
  const asked = () => request(row, fields, body, server);
  const refresh = () => line.replaceChildren(curl(asked(), body?.kind));
  const form = el("form", { oninput: refresh, onchange: refresh },
    key, fields.map((field) => field.element), body?.element, el("div.actions", {}, send));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    await showAnswer(result, asked(), token);
    send.disabled = false;
  });
  refresh();
  return el("aside.bench", { "aria-label": "Try it" },
    el("div.card", {}, el("h2", {}, "Try it"), form, result),
    el("div.card.curl", {}, el("h2", {}, "curl", copyButton("Copy", () => line.textContent)), line));
}

function tokenField(operation) {
  if (!operation.security?.length) return null;
  return labelled("Token or API key", "kept in memory only", el("input", {
    type: "password", id: "token", autocomplete: "off", spellcheck: "false", value: token,
    oninput: (event) => (token = event.target.value.trim()),
  }));
}

function inputs({ parameters }) {
  const offered = parameters.filter((each) => each.in !== "header" || each.name === "Idempotency-Key");
  return offered.map((parameter) => {
    const input = parameterInput(parameter);
    const hint = parameter.required ? "" : "optional";
    return { ...parameter, input, element: labelled(parameter.name, hint, input, "code") };
  });
}

function parameterInput({ name, in: place, required, schema }) {
  const shared = { id: `in-${place}-${name}`, required };
  const values = schema.enum ?? (schema.type === "boolean" ? [true, false] : null);
  if (values)
    return el("select", shared, el("option", { value: "" }, "—"), values.map((value) => el("option", {}, String(value))));
  const numeric = schema.type === "integer" || schema.type === "number";
  return el("input", {
    ...shared, type: "text", autocomplete: "off", spellcheck: "false", inputmode: numeric && "decimal",
    maxlength: schema.maxLength, placeholder: schema.default ?? "",
  });
}

function bodyField(operation, shapes) {
  const [mediaType, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (!mediaType) return null;
  if (mediaType !== "application/json") {
    const input = el("input", { type: "file", id: "in-body" });
    return { kind: mediaType, value: () => input.files[0], element: labelled("Body", mediaType, input) };
  }
  const text = JSON.stringify(shapes.example(media.schema), null, 2);
  const wrong = el("p.wrong", { role: "status" });
  const input = el("textarea", {
    id: "in-body", rows: Math.min(16, text.split("\n").length + 1), spellcheck: "false",
    oninput: () => (wrong.textContent = complaint(input.value)),
  }, text);
  const element = el("div", {}, labelled("Body", "JSON", input), wrong);
  return { kind: mediaType, value: () => input.value, element };
}

function complaint(text) {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return `Not JSON yet: ${error.message}`;
  }
}

function labelled(name, hint, input, tag = "span") {
  return el("label.field", { for: input.id }, el("span.label", {}, el(tag, {}, name), hint && el("small", {}, hint)), input);
}

function request({ method, path, operation }, fields, body, server) {
  const value = (name) => fields.find((field) => field.in === "path" && field.name === name)?.input.value;
  const filled = path.replace(/{(\w+)}/g, (whole, name) => (value(name) ? encodeURIComponent(value(name)) : whole));
  const given = (place) => fields.filter((field) => field.in === place && field.input.value !== "");
  const query = new URLSearchParams(given("query").map((field) => [field.name, field.input.value])).toString();
  const headers = Object.fromEntries(given("header").map((field) => [field.name, field.input.value]));
  if (body) headers["Content-Type"] = body.kind;
  return {
    method: method.toUpperCase(),
    url: server + filled + (query && `?${query}`),
    headers,
    body: body?.value(),
    secured: Boolean(operation.security?.length),
  };
}

// The token stays out of it: what is copied ends up in histories and chats.
function curl({ method, url, headers, body, secured }, kind) {
  const parts = [method === "GET" ? "curl" : `curl -X ${method}`, quoted(new URL(url, location.href).href)];
  if (secured) parts.push('-H "Authorization: Bearer $TOKEN"');
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (kind === "application/json") parts.push(`-d ${quoted(compact(body))}`);
  else if (kind) parts.push(`--data-binary ${quoted("@" + (body?.name ?? "file"))}`);
  return decodeBraces(parts.join(" \\\n  "));
}

function compact(text) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

// A parameter not filled in yet reads as {id}, not %7Bid%7D.
function decodeBraces(text) {
  return text.replace(/%7B(\w+)%7D/g, "{$1}");
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
