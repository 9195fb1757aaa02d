// Reads /openapi.json and shows it: a list to choose from, and the row that the address names.

import { el, prose } from "./docs/dom.js";
import { methodLabel, operationView } from "./docs/operation.js";
import { Shapes } from "./docs/shapes.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const part = (id) => document.getElementById(id);

start();

async function start() {
  try {
    const answer = await fetch("/openapi.json", { credentials: "omit" });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    page(await answer.json());
  } catch (error) {
    part("main").replaceChildren(el("p.wrong", { role: "alert" }, `/openapi.json cannot be read: ${error.message}.`));
  }
}

function page(api) {
  const shapes = new Shapes(api.components);
  const rows = listed(api, shapes);
  const server = (api.servers?.[0]?.url ?? "/").replace(/\/$/, "");
  part("title").textContent = api.info.title;
  part("version").textContent = api.info.version;
  const groups = api.tags.map((tag) => group(tag, rows)).filter(Boolean);
  part("nav").replaceChildren(...groups.map(({ element }) => element));
  const show = (moved) => route(api, rows, shapes, server, moved);
  addEventListener("hashchange", () => show(true));
  keyboard();
  menu();
  part("filter").addEventListener("input", () => filter(groups, rows));
  filter(groups, rows);
  show(false);
}

function listed(api, shapes) {
  const rows = Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const operation = item[method];
      const parameters = (operation.parameters ?? []).map((each) => shapes.resolve(each));
      const words = [method, path, operation.summary, operation["x-scope"], ...operation.tags];
      return { method, path, operation, parameters, words: words.join(" ").toLowerCase() };
    }));
  for (const row of rows)
    row.link = el("a.row", { href: `#${row.operation.operationId}`, title: row.path },
      methodLabel(row.method), el("span", {}, row.operation.summary));
  return rows;
}

function group(tag, rows) {
  const own = rows.filter((row) => row.operation.tags[0] === tag.name);
  if (!own.length) return null;
  const items = own.map((row) => el("li", {}, row.link));
  return { own, items, element: el("section", {}, el("h2", {}, tag.name), el("ul", {}, items)) };
}

function filter(groups, rows) {
  const wanted = part("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (row) => wanted.every((word) => row.words.includes(word));
  for (const { own, items, element } of groups) {
    own.forEach((row, index) => (items[index].hidden = !fits(row)));
    element.hidden = items.every((item) => item.hidden);
  }
  const left = rows.filter(fits).length;
  part("count").textContent = wanted.length ? `${left} of ${rows.length}` : `${rows.length} routes`;
}

function route(api, rows, shapes, server, moved) {
  const name = decodeURIComponent(location.hash.slice(1));
  const row = rows.find(({ operation }) => operation.operationId === name);
  for (const { link, operation } of rows) {
    if (operation.operationId === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const view = row ? operationView(row, shapes, server) : overview(api, rows, name);
  part("main").replaceChildren(view);
  document.title = row ? `${row.operation.summary} · ${api.info.title}` : `${api.info.title} API`;
  row?.link.scrollIntoView({ block: "nearest" });
  openMenu(false);
  if (!moved) return;
  scrollTo(0, 0);
  part("main").querySelector("h1").focus({ preventScroll: true });
}

function overview(api, rows, missing) {
  const count = (tag) => rows.filter((row) => row.operation.tags[0] === tag.name);
  const shown = api.tags.filter((tag) => count(tag).length);
  return el("article.overview", {},
    missing && el("p.wrong", { role: "alert" }, `There is no route named ${missing}.`),
    el("p.eyebrow", {}, `API ${api.info.version}`),
    el("h1", { tabindex: "-1" }, api.info.title),
    prose(api.info.description),
    el("p.quiet", {}, el("kbd", {}, "/"), " to filter, ", el("kbd", {}, "↑"), " ", el("kbd", {}, "↓"),
      " to move. The document itself: ", el("a", { href: "/openapi.json" }, "openapi.json")),
    el("ul.contexts", {}, shown.map((tag) => el("li", {},
      el("a", { href: `#${count(tag)[0].operation.operationId}` },
        el("h2", {}, tag.name), el("div", {}, prose(tag.description)),
        el("span.quiet", {}, count(tag).length === 1 ? "1 route" : `${count(tag).length} routes`))))));
}

// "/" goes to the filter; arrows walk from there through the list; Escape clears.
function keyboard() {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      openMenu(true);
      part("filter").focus();
    }
  });
  part("side").addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event);
    if (event.key === "Escape") openMenu(false);
  });
  part("skip").addEventListener("click", (event) => {
    event.preventDefault();
    part("main").focus();
  });
}

function walk(event) {
  const stops = [part("filter"), ...part("nav").querySelectorAll("li:not([hidden]) a")];
  const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function menu() {
  part("menu").addEventListener("click", () => openMenu(part("menu").getAttribute("aria-expanded") === "false"));
}

function openMenu(open) {
  part("menu").setAttribute("aria-expanded", String(open));
  part("side").classList.toggle("open", open);
}
