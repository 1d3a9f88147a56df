// The state of the service, from what it counts for Prometheus.
import { at, element, facts, number, table } from "./elements.js";
import { ask, Refusal } from "./service.js";

const period = 5000; // milliseconds

/** Shows the state now and, while the box is ticked and the page is seen, every few seconds. */
export async function watchState() {
  const show = async () => {
    try {
      const [metrics, health] = [await ask("/metrics"), await ask("/health/ready").catch((fault) => fault)];
      at("metrics").replaceChildren(state(parse(await metrics.text()), health instanceof Refusal ? "not ready" : "ready"));
      at("read").textContent = `read at ${new Date().toLocaleTimeString("en-GB")}`;
    } catch (fault) {
      at("metrics").replaceChildren(element("p", { class: "fault" }, fault.message));
    }
  };
  await show();
  setInterval(() => {
    if (at("refresh").checked && !document.hidden) {
      show();
    }
  }, period);
}

// [{ name, labels, value }]
function parse(text) {
  return text.split("\n").map((line) => /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line)).filter((match) => match !== null).map(([, name, labels, value]) => ({
    name, value: Number(value), labels: Object.fromEntries([...(labels ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, said]) => [label, said])),
  }));
}

function state(metrics, health) {
  const all = (name) => metrics.filter((metric) => metric.name === name);
  const total = (name) => all(name).reduce((sum, metric) => sum + metric.value, 0);
  const routes = [...new Set(all("coda_requests_total").map((metric) => metric.labels.route))].filter((route) => route.startsWith("/v1"));
  const rejected = all("coda_rejected_requests_total").map((metric) => `${metric.labels.reason} ${metric.value}`).join(", ");
  return element("div", {},
    facts([
      ["Service", health], ["Waiting jobs", String(total("coda_queue_depth"))], ["Requests under way", String(total("coda_requests_in_progress"))],
      ["Analyses", String(total("coda_analyses_total"))], ["Forecasts", String(total("coda_forecasts_total"))], ["Refused", rejected || "none"],
    ]),
    routes.length === 0 ? element("p", { class: "note" }, "No request to /v1 yet.") : table("Requests and their times in seconds",
      ["route", "answered", "of these refused", "mean", "95 % within"], routes.map((route) => {
        const of = (name) => all(name).filter((metric) => metric.labels.route === route);
        const sum = (list) => list.reduce((value, metric) => value + metric.value, 0);
        const requests = of("coda_requests_total");
        return [route, sum(requests), sum(requests.filter((metric) => Number(metric.labels.status) >= 400)),
          sum(of("coda_request_duration_seconds_sum")) / sum(of("coda_request_duration_seconds_count")), within(of("coda_request_duration_seconds_bucket"), 0.95)];
      })));
}

// The bound of the first bucket that holds such a share.
function within(buckets, share) {
  const most = Math.max(...buckets.map((bucket) => bucket.value));
  const found = buckets.find((bucket) => bucket.value >= share * most);
  return found === undefined || found.labels.le === "+Inf" ? "more" : number(Number(found.labels.le));
}
