// Elements without HTML strings, so that no text from the document can become markup.

// el("a.row.big", { href, onclick }, …children); null, false and "" children are left out.
export function el(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

// Text with `code` in it, inside one line.
export function inline(text) {
  return text.split("`").map((part, index) => (index % 2 ? el("code", {}, part) : part));
}

export function prose(text) {
  return (text ?? "").split(/\n\s*\n/).filter(Boolean).map((paragraph) => el("p", {}, inline(paragraph)));
}

export function section(title, ...children) {
  return el("section", {}, el("h2", {}, title), ...children);
}

export function copyButton(label, text) {
  const button = el("button.small", { type: "button" }, label);
  button.addEventListener("click", async () => {
    button.textContent = (await copied(text())) ? "Copied" : "Press Ctrl+C";
    setTimeout(() => (button.textContent = label), 1500);
  });
  return button;
}

// The clipboard is there only in a secure context; a node on a local network often has none.
async function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const area = el("textarea.offscreen", { readonly: true }, text);
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

// JSON as coloured text; anything else as it is.
export function pretty(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return [text];
  }
  const tokens = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  const source = JSON.stringify(value, null, 2);
  const parts = [];
  let last = 0;
  for (const match of source.matchAll(tokens)) {
    const kind = match[2] ? "key" : match[1] ? "string" : "literal";
    const token = match[1] ?? match[0];
    parts.push(source.slice(last, match.index), el(`span.${kind}`, {}, token));
    last = match.index + token.length;
  }
  return [...parts, source.slice(last)];
}
