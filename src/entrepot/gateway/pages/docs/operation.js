// One row of the API, as a reader wants it: what it does, who may ask, what goes in, what comes out.

import { workbench } from "./call.js";
import { copyButton, el, inline, prose, section } from "./dom.js";
import { bytes, number, per } from "./words.js";

export function operationView(row, shapes, server) {
  const { operation, parameters: all } = row;
  return el("article.operation", {},
    el("div.reading", {}, heading(row), prose(operation.description), facts(operation),
      parameters("path", "In the path", all, shapes), parameters("query", "In the query", all, shapes),
      body(operation, shapes), parameters("header", "In the headers", all, shapes),
      answers(operation, shapes)),
    workbench(row, shapes, server));
}

function heading({ method, path, operation }) {
  const link = () => location.href.split("#")[0] + "#" + operation.operationId;
  return el("header", {},
    el("p.eyebrow", {}, operation.tags[0]),
    el("h1", { tabindex: "-1" }, operation.summary),
    el("p.place", {}, methodLabel(method), el("code", {}, pathParts(path)), copyButton("Copy link", link),
      el("button.small.jump", { type: "button", onclick: toBench }, "Try it")));
}

// On a narrow screen the workbench stands below everything else.
function toBench() {
  const bench = document.querySelector(".bench");
  bench.scrollIntoView();
  bench.querySelector("input, textarea, select, button").focus({ preventScroll: true });
}

export function methodLabel(method) {
  return el(`span.method.${method}`, {}, method.toUpperCase());
}

// A path with room to wrap after each slash, and its parameters marked.
function pathParts(path) {
  return path.split(/(?=\/)/).flatMap((part) => [
    part.split(/({\w+})/).map((piece) => (piece.startsWith("{") ? el("em", {}, piece) : piece)),
    el("wbr"),
  ]);
}

function facts(operation) {
  const limit = operation["x-rate-limit"];
  const size = operation["x-max-body-bytes"];
  const scope = operation["x-scope"];
  return el("dl.facts", {},
    fact("Scope", scope ? el("code", {}, scope) : "none, anyone may ask"),
    limit && fact("Limit", `${number(limit.requests)} ${per(limit.window_s)}`),
    size && fact("Body", `at most ${bytes(size)}`));
}

function fact(name, value) {
  return el("div", {}, el("dt", {}, name), el("dd", {}, value));
}

function parameters(place, title, all, shapes) {
  const here = all.filter((each) => each.in === place);
  return here.length > 0 && section(title, el("ul.shape", {}, here.map((each) => parameter(each, shapes))));
}

function parameter({ name, required, description, schema }, shapes) {
  return el("li", {}, el("div.line", {}, shapes.line(name, schema, required)),
    description && el("p", {}, inline(description)));
}

function body(operation, shapes) {
  const content = operation.requestBody?.content;
  if (!content) return null;
  const [mediaType, { schema }] = Object.entries(content)[0];
  return section("Body", mediaLine(mediaType, schema, shapes), schema && told(schema, shapes, true));
}

function mediaLine(mediaType, schema, shapes) {
  return el("p.media", {}, el("code", {}, mediaType), schema && el("span.type", {}, shapes.name(schema)));
}

function told(schema, shapes, asked = false) {
  const description = shapes.resolve(schema).description;
  return [description && el("div.said", {}, prose(description)), shapes.structs(schema).length > 0 && shapes.tree(schema, { asked })];
}

function answers(operation, shapes) {
  const all = Object.entries(operation.responses).map(([status, node]) => [status, shapes.resolve(node)]);
  const good = all.filter(([status]) => status < 400);
  const bad = all.filter(([status]) => status >= 400);
  return [
    section("Answer", good.map(([status, node]) => success(status, node, shapes))),
    bad.length > 0 && section("Refusals", refusals(bad, shapes)),
  ];
}

function success(status, node, shapes) {
  const [mediaType, media] = Object.entries(node.content ?? {})[0] ?? [];
  const schema = media?.["x-item-schema"] ?? media?.schema;
  return el("div.answer", {},
    el("p.status", {}, el("strong.good", {}, status), " ", node.description),
    mediaType && mediaLine(mediaType, schema, shapes),
    media?.["x-item-schema"] && prose(media.schema.description),
    schema && told(schema, shapes),
    node.headers && el("details.headers", {}, el("summary", {}, "Headers"), headers(node.headers, shapes)));
}

function headers(all, shapes) {
  return el("dl", {}, Object.entries(all).map(([name, node]) => [
    el("dt", {}, el("code", {}, name)),
    el("dd", {}, inline(shapes.resolve(node).description ?? "")),
  ]));
}

function refusals(all, shapes) {
  const schema = Object.values(all[0][1].content ?? {})[0]?.schema;
  return [
    el("dl.refusals", {}, all.map(([status, node]) => [
      el("dt", {}, el("strong.bad", {}, status)), el("dd", {}, inline(node.description)),
    ])),
    schema && el("details.headers", {}, el("summary", {}, "What a refusal looks like"), shapes.tree(schema)),
  ];
}
