// Makes elements. Text goes in as text, so that what files and models say is shown and never run.

/** An element with attributes (event handlers where they are functions) and children: elements, or text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(key, value);
    } else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Names and what they stand for; those without a value are left out. */
export function facts(pairs) {
  return element("dl", {}, ...pairs.filter(([, value]) => value !== null && value !== undefined && value !== "")
    .flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

/** A table that scrolls by itself where it is wider than the page. */
export function table(caption, head, rows) {
  const cell = (value) => (typeof value === "number" ? element("td", { class: "number" }, number(value)) : element("td", {}, value ?? ""));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    element("table", {}, element("caption", { class: "note" }, caption), element("thead", {}, element("tr", {}, ...head.map((h) => element("th", { scope: "col" }, h)))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(cell))))));
}

/** A number as it is read by people: six digits, no grouping. */
export function number(value) {
  return value === null ? "" : String(Number(value.toPrecision(6)));
}

/** A unit behind a blank; nothing for what has none. */
export function unit(text) {
  return text === "1" ? "" : ` ${text}`;
}

/** The element of an id. */
export function at(id) {
  return document.getElementById(id);
}
