// A file's analyses and forecasts as pictures.
import { at, element, number } from "./elements.js";
import { drawAll, forgetPictures, rangeOf } from "./axes.js";
import { hovmoeller, lines, plane } from "./pictures.js";
import { ask, Refusal } from "./service.js";

const mostLines = 12; // places of a field that are drawn as lines; of more, diagrams
const mostLeads = 60; // of a picture

/** Lets files be chosen and dropped. */
export function takeFiles(model) {
  const drop = at("drop");
  const needsForcing = (model.forcing ?? []).some((series) => series.name !== "time");
  at("lead").max = model.greatestLead;
  at("lead").value = needsForcing ? 0 : Math.min(model.greatestLead, 50); // few files bring forcing
  for (const [moment, isOver] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
    drop.addEventListener(moment, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", isOver);
    });
  }
  drop.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length === 1) {
      at("file").files = event.dataTransfer.files;
      show(model);
    } else {
      at("progress").textContent = `Expected one file, got ${event.dataTransfer.files.length}. Drop one at a time.`;
    }
  });
  at("file-form").addEventListener("submit", (event) => {
    event.preventDefault();
    show(model);
  });
}

async function show(model) {
  const file = at("file").files[0];
  at("send").disabled = true;
  at("progress").className = "";
  at("progress").textContent = `Analyzing ${file.name} ...`;
  at("warnings").replaceChildren();
  at("pictures").replaceChildren();
  forgetPictures();
  try {
    const body = await file.arrayBuffer().catch(() => {
      throw new Refusal(0, `${file.name}: expected a file that can be read, got none; one that has changed is to be chosen anew.`);
    });
    const isParquet = new TextDecoder("latin1").decode(body.slice(0, 4)) === "PAR1";
    const post = async (path) => (await ask(path, {
      method: "POST", body, headers: { "Content-Type": isParquet ? "application/vnd.apache.parquet" : "text/csv", Accept: "application/json" },
    })).json();
    const trajectory = `trajectory=${encodeURIComponent(at("trajectory").value || "0")}`;
    const analyses = await post(`/v1/analyses?observations=true&${trajectory}`);
    const lead = Number(at("lead").value);
    const forecasts = lead > 0 ? await post(`/v1/forecasts?leads=${leads(lead).join(",")}&${trajectory}`).catch(refused) : null;
    at("warnings").replaceChildren(
      ...(analyses.warnings ?? []).map((warning) => element("p", { class: "caution" }, warning.message)),
      forecasts instanceof Refusal ? element("p", { class: "fault" }, `No forecast: ${forecasts.message}`) : "");
    const hasForecasts = forecasts !== null && !(forecasts instanceof Refusal);
    at("pictures").replaceChildren(...pictures(model, file.name, analyses, hasForecasts ? forecasts : null));
    drawAll();
    at("progress").textContent = `${analyses.states.length} analyses of ${file.name}${hasForecasts ? `, and a forecast from the last to ${lead} steps` : ""}.`;
  } catch (fault) {
    if (!(fault instanceof Refusal)) {
      throw fault;
    }
    at("progress").className = "fault";
    at("progress").textContent = fault.message;
  } finally {
    at("send").disabled = false;
  }
}

// Analyses are shown even where no forecast can be.
function refused(fault) {
  if (!(fault instanceof Refusal)) {
    throw fault;
  }
  return fault;
}

function leads(lead) {
  const count = Math.min(lead, mostLeads);
  return Array.from({ length: count + 1 }, (_, i) => Math.round(i * lead / count));
}

function pictures(model, name, analyses, forecasts) {
  let first = 0;
  return model.fields.flatMap((field, i) => {
    const [start, size] = [first, model.fieldShapes[i].reduce((product, n) => product * n, 1)];
    first += size;
    const part = (rows) => rows?.map((row) => row.slice(start, start + size));
    const names = analyses.entryNames?.slice(start, start + size)
      ?? Array.from({ length: size }, (_, entry) => (size === 1 ? field.name : `${field.name}[${entry}]`));
    const shown = {
      field, names, shape: model.fieldShapes[i], caption: `Model ${model.name}, observations of ${name}${field.unit === "1" ? "" : `, in ${field.unit}`}.`,
      states: part(analyses.states), spread: part(analyses.spread), observations: observed(model, analyses, start, size),
      times: timesOf(model, analyses.firstStep, analyses.states.length, analyses.times), forecast: null,
    };
    if (forecasts) {
      const begin = forecasts.forecasts[0];
      shown.forecast = { rows: part(begin.states), first: begin.step - analyses.firstStep, leads: forecasts.leads };
      shown.leadTimes = leadTimes(model, begin.step, forecasts.leads, begin.times);
    }
    return size <= mostLines ? names.map((_, place) => series(model, shown, place)) : many(model, shown);
  });
}

function many(model, shown) {
  const { field, names, shape, caption, states, spread, observations, times, forecast, leadTimes: later } = shown;
  const base = { names, shape, times, valueUnit: field.unit, range: rangeOf(states.flat()) }; // one scale for what can be compared
  const draw = shape.length === 2 ? plane : hovmoeller;
  const chosen = element("div", {});
  const choose = (place) => {
    chosen.replaceChildren(series(model, shown, place));
    drawAll();
  };
  const select = element("select", { change: (event) => choose(Number(event.target.value)) },
    ...names.map((name, place) => element("option", { value: place }, name)));
  choose(0);
  return [
    draw({ ...base, title: `Analyses of ${field.name}`, caption, rows: states, kind: "state" }),
    observations ? draw({ ...base, title: `Observations of ${field.name}`, caption: `${caption} Grey: not observed; colours as for the analyses.`, rows: observations, kind: "state" }) : null,
    spread ? draw({ ...base, title: `Spread of ${field.name}`, caption: `${caption} The standard deviation of the analyses' errors, as the model estimates it.`, rows: spread, range: undefined, kind: "spread" }) : null,
    forecast ? draw({ ...base, times: later, title: `Forecast of ${field.name}`, caption: `${caption} From the record's last step.`, rows: forecast.rows, kind: "state" }) : null,
    element("p", {}, element("label", {}, "One site over time: ", select)), chosen,
  ].filter((made) => made !== null);
}

function series(model, { field, names, caption, states, spread, observations, times, forecast }, place) {
  const column = (rows) => rows.map((row) => row[place]);
  const all = [{ name: "analysis", color: "analysis", first: 0, values: column(states), band: spread ? column(spread) : undefined }];
  let axis = times;
  if (forecast) {
    const lead = forecast.leads.at(-1);
    axis = extended(model, times, forecast.first + lead + 1);
    const values = Array.from({ length: lead + 1 }, () => null);
    forecast.leads.forEach((at, i) => { values[at] = forecast.rows[i][place]; });
    all.push({ name: "forecast", color: "forecast", first: forecast.first, values });
  }
  if (observations) {
    all.push({ name: "observed", color: "observation", first: 0, values: column(observations), isDots: true });
  }
  const said = spread ? " The band is one standard deviation of the analysis's error to either side." : "";
  return lines({ title: `${names[place]} over time`, caption: caption + said, series: all, times: axis, valueUnit: field.unit });
}

// The observations at the entries of a field; null where there are none, or where sites are no entries.
function observed(model, analyses, start, size) {
  if (!model.siteEntries) {
    return null;
  }
  const sites = model.siteEntries.map((entry, site) => [site, entry - start]).filter(([, place]) => place >= 0 && place < size);
  return sites.length === 0 ? null : analyses.observations.map((row) => {
    const values = new Array(size).fill(null);
    sites.forEach(([site, place]) => { values[place] = row[site]; });
    return values;
  });
}

function titleOf(model, dates) {
  return dates ? "time (UTC)" : model.timeUnit === "1" ? "time (no unit)" : `time (${model.timeUnit})`;
}

function timesOf(model, firstStep, count, dates) {
  const steps = Array.from({ length: count }, (_, i) => firstStep + i);
  return {
    title: titleOf(model, dates), steps, dates,
    texts: dates ? dates.map(dateText) : steps.map((step) => number(step * model.stepLength)),
  };
}

function leadTimes(model, step, all, dates) {
  return {
    title: dates ? "time (UTC)" : `lead${model.timeUnit === "1" ? "" : ` (${model.timeUnit})`}`, steps: all.map((lead) => step + lead),
    texts: dates ? dates.map(dateText) : all.map((lead) => number(lead * model.stepLength)),
  };
}

// Longer than the record, by what a forecast reaches past it.
function extended(model, times, count) {
  const steps = Array.from({ length: Math.max(count, times.steps.length) }, (_, i) => times.steps[0] + i);
  if (!times.dates) {
    return timesOf(model, steps[0], steps.length);
  }
  const length = times.dates.length > 1 ? (Date.parse(times.dates.at(-1)) - Date.parse(times.dates[0])) / (times.dates.length - 1) : 0;
  const dates = steps.map((_, i) => times.dates[i] ?? new Date(Date.parse(times.dates[0]) + i * length).toISOString());
  return timesOf(model, steps[0], steps.length, dates);
}

function dateText(date) {
  return date.slice(0, 16).replace("T", " ");
}
