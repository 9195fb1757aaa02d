// Sends a request and shows what comes back: whole, as a file, or as a stream of events.

import { copyButton, el, pretty } from "./dom.js";
import { bytes } from "./words.js";

const MAX_SHOWN_CHARS = 200_000;
const MAX_EVENTS = 100;

export async function showAnswer(place, { method, url, headers, body, secured }, token) {
  const stop = new AbortController();
  const all = secured && token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
  place.replaceChildren(el("p.quiet", {}, "Asking…"));
  addEventListener("hashchange", () => stop.abort(), { once: true });
  const started = performance.now();
  try {
    const answer = await fetch(url, { method, headers: all, body, signal: stop.signal, credentials: "omit" });
    const took = Math.round(performance.now() - started);
    await show(place, answer, took, stop);
  } catch (error) {
    if (error.name !== "AbortError") place.replaceChildren(el("p.wrong", {}, `No answer: ${error.message}`));
  }
}

async function show(place, answer, took, stop) {
  const mediaType = answer.headers.get("content-type") ?? "";
  if (mediaType.startsWith("text/event-stream")) return showEvents(place, answer, took, stop);
  const blob = await answer.blob();
  const parts = [statusLine(answer, `${took} ms`, bytes(blob.size)), headerList(answer)];
  if (!blob.size) return place.replaceChildren(...parts);
  if (!/json|^text\//.test(mediaType)) return place.replaceChildren(...parts, download(answer, blob));
  const text = await blob.text();
  const shown = text.length > MAX_SHOWN_CHARS ? [text.slice(0, MAX_SHOWN_CHARS) + "…"] : pretty(text);
  place.replaceChildren(...parts, el("pre.body", { tabindex: "0", role: "region", "aria-label": "Body" }, shown),
    copyButton("Copy body", () => text));
  place.scrollIntoView({ block: "nearest" });
}

function statusLine(answer, ...facts) {
  const mood = answer.ok ? "good" : "bad";
  return el("p.status", {}, el(`strong.${mood}`, {}, String(answer.status)), ` ${answer.statusText} `,
    el("span.facts-line", {}, facts.join(" · ")));
}

function headerList(answer) {
  const lines = [...answer.headers].map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]);
  return el("details.headers", {}, el("summary", {}, `Headers (${lines.length})`), el("dl", {}, lines));
}

function download(answer, blob) {
  const named = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "");
  const name = named?.[1] ?? "answer.bin";
  return el("p", {}, el("a.button", { href: URL.createObjectURL(blob), download: name }, `Save ${name}`));
}

async function showEvents(place, answer, took, stop) {
  const list = el("ol.events", { tabindex: "0", "aria-label": "Events, newest first" });
  const button = el("button.small", { type: "button", onclick: () => stop.abort() }, "Stop");
  const state = el("span.quiet", {}, " listening ");
  place.replaceChildren(statusLine(answer, `${took} ms`), headerList(answer), el("p", {}, button, state), list);
  try {
    for await (const data of events(answer.body)) {
      list.prepend(el("li", {}, el("pre", {}, pretty(data))));
      if (list.children.length > MAX_EVENTS) list.lastChild.remove();
    }
    state.textContent = " the stream ended";
  } catch (error) {
    state.textContent = error.name === "AbortError" ? " stopped" : ` broke off: ${error.message}`;
  }
  button.remove();
}

// https://html.spec.whatwg.org/multipage/server-sent-events.html, as far as the gateway writes it.
async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (waiting + value).split("\n\n");
    waiting = blocks.pop();
    for (const block of blocks) {
      const data = block.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
      if (data.length) yield data.join("\n");
    }
  }
}
