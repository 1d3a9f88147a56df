// The model's card in words.
import { element, facts, number, table, unit } from "./elements.js";

/** What a model is, what it was trained for, and what speaks against it. */
export function card(model) {
  const step = `${number(model.stepLength)}${unit(model.timeUnit)}`;
  return element("div", {},
    ...(model.warnings ?? []).map((warning) => element("p", { class: "caution" }, warning.message)),
    facts([
      ["System", `${model.system}${model.correction ? `, corrected by ${model.correction}` : ""}`],
      ["State", model.fields.map((field, i) => `${field.name} (${field.grid.name}, ${model.fieldShapes[i].join(" × ")}${unit(field.unit)})`).join(", ")],
      ["Observes", `${model.siteCount} sites through ${model.operator}`],
      ["Sites", model.siteNames ? names(model.siteNames) : null],
      ["Step", step],
      ["Window", `${2 * model.halfWidth + 1} steps (${model.halfWidth} before and behind)`],
      ["Errors (sigma)", errors(model)],
      ["Trained for", trainedFor(model.trainedFor)],
      ["Forcing", model.forcing ? model.forcing.map((u) => `${u.name}${unit(u.unit ?? "1")}`).join(", ") : null],
      ["Spread", model.hasSpread ? "given with each analysis" : "not given"],
      ["Limits", `records and replies of ${model.mostSteps} steps, leads to ${model.greatestLead}`],
    ]),
    table("Parameters", ["parameter", "value", "error (standard)", "how"], Object.entries(model.parameters).map(([name, value]) =>
      [name, value, model.parameterErrors?.[name] ?? "", model.trainedParameters.includes(name) ? "estimated" : "given"])),
    Object.keys(model.scores).length > 0 ? table("Scores", ["score", "value"], Object.entries(model.scores)) : null,
    element("p", { class: "note" }, "Where a record differs from what the model was trained for, replies bring warnings, which stand above their pictures."));
}

function names(all) {
  return all.slice(0, 24).join(", ") + (all.length > 24 ? `, ... (${all.length})` : "");
}

function errors(model) {
  // On the scale on which errors are additive; a logarithm has no unit.
  const one = (own) => number(own.sigma ?? model.sigma) + ({
    multiplicative: " of the logarithm", squareRoot: " of twice the square root",
  }[own.errors ?? model.errors] ?? unit(own.unit ?? model.valueUnit));
  const fields = Object.entries(model.observedFields ?? {}).map(([name, own]) => `${name} ${one(own)}`);
  return fields.length > 0 ? fields.join(", ") : one({});
}

function trainedFor(settings) {
  if (!settings) {
    return null;
  }
  const range = (least, most, factor = 1) => (least === most ? number(factor * least) : `${number(factor * least)} to ${number(factor * most)}`);
  return `errors of ${range(settings.leastSigma, settings.largestSigma)}, ${range(settings.leastDensity, settings.largestDensity, 100)} % of sites and steps observed, `
    + `up to ${settings.longestGap} steps without an observation, up to ${settings.largestHole} neighbouring sites never observed`;
}
