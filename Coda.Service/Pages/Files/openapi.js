// The OpenAPI description as a page.
import { at, element, table } from "./elements.js";
import { ask, start } from "./service.js";

const mostDepth = 5; // of objects within objects

await start(async () => {
  const description = await (await ask("/openapi/v1.json")).json();
  const operations = Object.entries(description.paths)
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })));
  at("routes").replaceChildren(
    element("nav", { "aria-label": "Routes" }, element("ul", {}, ...operations.map(({ path, method }) =>
      element("li", {}, element("a", { href: `#${idOf(method, path)}` }, `${method} ${path}`))))),
    ...operations.map((route) => section(route, description)));
});

function idOf(method, path) {
  return `${method}${path}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

function section({ path, method, operation }, description) {
  return element("section", { id: idOf(method, path) },
    element("h2", {}, `${method} ${path}`),
    element("p", {}, operation.summary ?? ""),
    operation.description ? element("p", {}, operation.description) : null,
    operation.parameters?.length > 0 ? table(`What the query of ${path} may say`, ["name", "type", "what"],
      operation.parameters.map((parameter) => [parameter.name, typeOf(parameter.schema, description), parameter.description ?? ""])) : null,
    ...bodies("Body", operation.requestBody?.content ?? {}, description),
    ...Object.entries(operation.responses ?? {}).flatMap(([status, response]) =>
      (Number(status) < 400 ? bodies(`Reply ${status}`, response.content ?? {}, description) : [])),
    refusals(operation.responses ?? {}));
}

function refusals(responses) {
  const statuses = Object.keys(responses).filter((status) => Number(status) >= 400);
  return statuses.length === 0 ? null : element("p", { class: "note" }, `Refusals (RFC 9457 problems with expected, got and cure): ${statuses.join(", ")}.`);
}

function bodies(title, content, description) {
  return Object.entries(content).map(([type, { schema }]) => {
    const rows = members(schema, description, "", 0);
    return element("details", { open: rows.length > 0 }, element("summary", {}, `${title} as ${type}`),
      rows.length > 0 ? table(`${title} as ${type}`, ["member", "type", "what"], rows) : element("p", { class: "note" }, typeOf(schema, description)));
  });
}

function resolved(schema, description) {
  const name = schema?.$ref?.split("/").at(-1);
  const one = name === undefined ? schema : { ...description.components.schemas[name], ...(schema.description ? { description: schema.description } : {}) };
  const other = one?.oneOf?.find((choice) => choice.type !== "null");
  return other === undefined ? one : { ...resolved(other, description), ...(one.description ? { description: one.description } : {}) };
}

function typeOf(schema, description) {
  const one = resolved(schema, description) ?? {};
  const type = [one.type ?? "any"].flat().filter((kind) => kind !== "null").join(" or ");
  return type === "array" ? `list of ${typeOf(one.items, description)}` : one.format ? `${type} (${one.format})` : type;
}

// A row for each member, those within others behind a dot.
function members(schema, description, path, depth) {
  const one = resolved(schema, description);
  if (depth > mostDepth || one === undefined) {
    return [];
  }
  if (one.items) {
    return members(one.items, description, path === "" ? "" : `${path}[]`, depth + 1);
  }
  return Object.entries(one.properties ?? {}).flatMap(([name, member]) => {
    const inner = path === "" ? name : `${path}.${name}`;
    const required = one.required?.includes(name) ? ", required" : "";
    return [[inner, typeOf(member, description) + required, resolved(member, description).description ?? ""], ...members(member, description, inner, depth + 1)];
  });
}
