// Requests that work as they stand.
import { element } from "./elements.js";
import { hasKey } from "./service.js";

/** Examples with curl, against this host and for this model. */
export function examples(model) {
  const host = location.origin;
  const key = hasKey() ? `-H "X-API-Key: $CODA_API_KEY" ` : "";
  const entries = observations(model);
  const record = { start: 0, end: 2 * model.halfWidth + 1 };
  const post = (route, body) => `curl -s ${key}-H 'Content-Type: application/json' ${host}${route} -d '${JSON.stringify(body)}'`;
  const csv = ["step,site,value", ...entries.map((entry) => `${entry.step},${siteOf(model, entry.site)},${entry.value}`)].join("\\n");
  const needsForcing = (model.forcing ?? []).some((series) => series.name !== "time");
  return element("div", {},
    key === "" ? null : element("p", { class: "note" }, "The key stands in the variable CODA_API_KEY of the shell."),
    ...shown("What the model is", `curl -s ${key}${host}/v1/model`),
    ...shown("Analyze the middle of a record", post("/v1/analyses", { record, entries, steps: { start: model.halfWidth, end: model.halfWidth + 1 } })),
    ...shown("The same from CSV",
      `printf '${csv}\\n' | curl -s ${key}-H 'Content-Type: text/csv' --data-binary @- `
      + `'${host}/v1/analyses?recordStart=0&recordEnd=${record.end}&start=${model.halfWidth}&end=${model.halfWidth + 1}'`),
    ...(needsForcing
      ? [element("p", { class: "note" }, "Forecasts of this model need its forcing at every step up to the last lead, which only you have: docs/service.md shows how it is sent.")]
      : shown("Forecast from the record's last step",
        post("/v1/forecasts", { leads: [0, 1, Math.max(2, Math.min(10, model.greatestLead))].filter((lead) => lead <= model.greatestLead), record, entries }))));
}

function shown(title, text) {
  return [element("h3", {}, title), element("pre", { tabindex: "0", "aria-label": `${title}, with curl` }, element("code", {}, text))];
}

// At the sites' climatology, which is plausible for every model.
function observations(model) {
  return [-1, 0, 1].map((offset, i) => {
    const site = (3 * i) % model.siteCount;
    const entry = model.siteEntries?.[site] ?? -1;
    return { step: model.halfWidth + offset, site, value: Number((entry < 0 ? 1 : meanOf(model, entry)).toPrecision(4)) };
  });
}

// The climatology is that of coordinates, which are others than values where a field has bounds.
function meanOf(model, entry) {
  const z = model.climatologyMean[entry];
  let last = -1;
  const field = model.fields.find((_, i) => (last += model.fieldShapes[i].reduce((product, n) => product * n, 1)) >= entry);
  const [lower, upper] = [field.domain?.lower ?? null, field.domain?.upper ?? null];
  if (lower !== null && upper !== null) {
    return lower + (upper - lower) / (1 + Math.exp(-z));
  }
  return lower !== null ? lower + Math.exp(z) : upper !== null ? upper - Math.exp(z) : z;
}

// By its name where that needs no quotes: an index might be the name of another.
function siteOf(model, site) {
  const name = model.siteNames?.[site] ?? "";
  return /^[\w.+-]+$/.test(name) ? name : site;
}
