// Pictures of states: Hovmöller diagrams of many sites, lines of few, maps of planes; each with its numbers in a table behind it.
import { element, number, table, unit } from "./elements.js";
import { bottomAxis, colorBar, leftAxis, picture, rangeOf, stroke, ticks } from "./axes.js";
import { mapOf, styled } from "./colors.js";

const mostCells = 4000; // of a table at a time
const rowHeight = 9; // of a site in a diagram, where there are few
const narrow = 250; // steps that every screen has a column of pixels for

/** A diagram of values over time and place. rows: [time][place], null for none; times: { title, steps, texts }; range: what the colours span. */
export function hovmoeller({ title, caption, rows, names, times, valueUnit, kind, range }) {
  const all = range ?? rangeOf(rows.flat());
  const map = mapOf(kind);
  const height = Math.min(Math.max(names.length * rowHeight, 120), 380) + 70;
  const { canvas } = picture(`${title}. ${extremes(rows, names, times, valueUnit)}`, height, true, (context, box) => {
    context.fillStyle = styled("gap");
    context.fillRect(box.left, box.top, box.width, box.height);
    const columns = Math.min(rows.length, Math.max(1, Math.floor(box.width)));
    const middle = (all.least + all.most) / 2;
    for (let column = 0; column < columns; column++) {
      const [first, end] = [Math.floor(column * rows.length / columns), Math.floor((column + 1) * rows.length / columns)];
      const x = box.left + column * box.width / columns;
      for (let place = 0; place < names.length; place++) {
        const value = furthest(rows, first, end, place, middle);
        if (value !== null) {
          context.fillStyle = `rgb(${map((value - all.least) / (all.most - all.least)).join(" ")})`;
          context.fillRect(x, box.top + (names.length - 1 - place) * box.height / names.length, box.width / columns + 0.5, box.height / names.length + 0.5);
        }
      }
    }
    context.fillStyle = styled("back");
    context.fillRect(box.left + box.width, box.top, 10, box.height);
    context.fillRect(box.left, box.top + box.height, box.width + 10, 3);
    bottomAxis(context, box, timeMarks(times, box.width), times.title);
    leftAxis(context, box, placeMarks(names, box.height), "site");
    colorBar(context, box, kind, all, valueUnit === "1" ? "" : valueUnit);
  });
  const shared = rows.length > narrow ? " Of steps that share a column of pixels, the value furthest from the middle of the colours is shown." : "";
  return figure(title, caption + shared, canvas, numbers(title, ["step", times.title, ...names], rows.length,
    (row) => [times.steps[row], times.texts[row], ...rows[row]]));
}

/** Lines of one place over time. series: [{ name, color, first, values, band?, isDots? }], whose values begin at a row of times. */
export function lines({ title, caption, series, times, valueUnit }) {
  const all = rangeOf(series.flatMap(({ values, band }) => values.flatMap((value, i) =>
    (value === null ? [] : band ? [value - band[i], value + band[i]] : [value]))));
  const { canvas } = picture(`${title}. ${series.map(({ name, values }) => said(name, values, valueUnit)).join("; ")}`, 250, false, (context, box) => {
    const last = Math.max(1, times.texts.length - 1);
    const x = (row) => box.left + row / last * box.width;
    const y = (value) => box.top + (1 - (value - all.least) / (all.most - all.least)) * box.height;
    context.strokeStyle = styled("line");
    const marks = ticks(all.least, all.most, 5).map((value) => [(value - all.least) / (all.most - all.least), number(value)]);
    marks.forEach(([share]) => stroke(context, box.left, box.top + (1 - share) * box.height, box.left + box.width, box.top + (1 - share) * box.height));
    series.forEach((one) => draw(context, one, x, y));
    bottomAxis(context, box, timeMarks(times, box.width, true), times.title);
    leftAxis(context, box, marks, valueUnit === "1" ? "value" : valueUnit);
    legend(context, box, series);
  });
  const columns = series.flatMap(({ name, band }) => (band ? [name, `spread of ${name}`] : [name]));
  return figure(title, caption, canvas, numbers(title, ["step", times.title, ...columns], times.texts.length, (row) => [times.steps[row], times.texts[row],
    ...series.flatMap(({ first, values, band }) => (band ? [values[row - first], band[row - first]] : [values[row - first]]))]));
}

/** A plane at a chosen time. rows: [time][place], shape: [rows, columns]. */
export function plane({ title, caption, rows, names, shape, times, valueUnit, kind, range }) {
  const [all, map, [ny, nx]] = [range ?? rangeOf(rows.flat()), mapOf(kind), shape];
  let chosen = 0;
  const { canvas, paint } = picture(`${title}. ${extremes(rows, names, times, valueUnit)}`, 360, true, (context, box) => {
    for (let place = 0; place < ny * nx; place++) {
      const value = rows[chosen][place];
      context.fillStyle = value === null ? styled("gap") : `rgb(${map((value - all.least) / (all.most - all.least)).join(" ")})`;
      context.fillRect(box.left + (place % nx) * box.width / nx, box.top + (ny - 1 - Math.floor(place / nx)) * box.height / ny, box.width / nx + 0.5, box.height / ny + 0.5);
    }
    bottomAxis(context, box, ticks(0, nx - 1, 6).map((column) => [(column + 0.5) / nx, String(column)]), "column");
    leftAxis(context, box, ticks(0, ny - 1, 6).map((row) => [(row + 0.5) / ny, String(row)]), "row");
    colorBar(context, box, kind, all, valueUnit === "1" ? "" : valueUnit);
  });
  const shown = element("output", {}, times.texts[0]);
  const slider = element("input", { type: "range", min: 0, max: rows.length - 1, value: 0, "aria-label": `Time of ${title}`, input: (event) => {
    chosen = Number(event.target.value);
    shown.textContent = times.texts[chosen];
    paint();
  } });
  return figure(title, caption, element("div", {}, canvas, slider, element("p", { class: "note" }, `${times.title}: `, shown)),
    numbers(title, ["step", times.title, ...names], rows.length, (row) => [times.steps[row], times.texts[row], ...rows[row]]));
}

function figure(title, caption, ...content) {
  return element("figure", {}, element("h3", {}, title), ...content, element("figcaption", {}, caption));
}

function draw(context, { color, first, values, band, isDots }, x, y) {
  context.strokeStyle = context.fillStyle = styled(color);
  if (band) {
    context.globalAlpha = 0.25;
    context.beginPath();
    values.forEach((value, i) => context.lineTo(x(first + i), y(value + band[i])));
    [...values.keys()].reverse().forEach((i) => context.lineTo(x(first + i), y(values[i] - band[i])));
    context.fill();
    context.globalAlpha = 1;
  }
  if (isDots) {
    values.forEach((value, i) => value !== null && context.fillRect(x(first + i) - 2, y(value) - 2, 4, 4));
    return;
  }
  context.lineWidth = 2;
  context.beginPath();
  values.forEach((value, i) => value !== null && value !== undefined && context.lineTo(x(first + i), y(value)));
  context.stroke();
  context.lineWidth = 1;
}

function legend(context, box, series) {
  let x = box.left + 40;
  [context.textAlign, context.textBaseline] = ["left", "middle"];
  for (const { name, color, isDots } of series) {
    context.fillStyle = styled(color);
    context.fillRect(x, isDots ? 11 : 12, isDots ? 4 : 16, isDots ? 4 : 2);
    context.fillStyle = styled("ink");
    context.fillText(name, x + 20, 13);
    x += context.measureText(name).width + 36;
  }
}

// Of a column of pixels that stands for several times the value furthest from the middle, so that extremes are seen.
function furthest(rows, first, end, place, middle) {
  let found = null;
  for (let row = first; row < end; row++) {
    const value = rows[row][place];
    if (value !== null && (found === null || Math.abs(value - middle) > Math.abs(found - middle))) {
      found = value;
    }
  }
  return found;
}

function extremes(rows, names, times, valueUnit) {
  let [least, most] = [null, null];
  rows.forEach((row, t) => row.forEach((value, place) => {
    if (value !== null) {
      least = least === null || value < least.value ? { value, t, place } : least;
      most = most === null || value > most.value ? { value, t, place } : most;
    }
  }));
  const tell = ({ value, t, place }) => `${number(value)}${unit(valueUnit)} (${names[place]}, step ${times.steps[t]})`;
  return least === null ? "No values." : `${rows.length} steps of ${names.length} sites, from ${tell(least)} to ${tell(most)}.`;
}

function said(name, values, valueUnit) {
  const { least, most } = rangeOf(values);
  return `${name} from ${number(least)} to ${number(most)}${unit(valueUnit)}`;
}

function timeMarks({ texts }, width, isPoint = false) {
  const count = Math.max(1, Math.floor(width / (8 * Math.max(...[texts[0], texts.at(-1)].map((text) => text.length)) + 24)));
  const rows = texts.length === 1 ? [0] : ticks(0, texts.length - 1, count).filter((row) => Number.isInteger(row));
  return rows.map((row) => [isPoint ? row / Math.max(1, texts.length - 1) : (row + 0.5) / texts.length, texts[row]]);
}

function placeMarks(names, height) {
  const every = Math.ceil(names.length / (height / 16));
  return names.map((name, place) => [(place + 0.5) / names.length, name]).filter((_, place) => place % every === 0);
}

// The numbers behind a picture, made when they are asked for, so many at a time.
function numbers(title, head, count, rowOf) {
  const size = Math.max(5, Math.floor(mostCells / head.length));
  const place = element("div", {});
  let first = 0;
  const show = (to) => {
    first = Math.min(Math.max(0, to), Math.max(0, count - 1));
    const end = Math.min(first + size, count);
    place.replaceChildren(
      table(`Numbers of ${title}, rows ${first + 1} to ${end} of ${count}`, head, Array.from({ length: end - first }, (_, i) => rowOf(first + i).map((value) => value ?? ""))),
      count <= size ? "" : element("p", {}, element("button", { type: "button", disabled: first === 0, click: () => show(first - size) }, "Earlier"), " ",
        element("button", { type: "button", disabled: end === count, click: () => show(first + size) }, "Later")));
  };
  const save = element("button", { type: "button", click: () => {
    const quote = (value) => (/[",\n]/.test(String(value ?? "")) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ""));
    const text = [head, ...Array.from({ length: count }, (_, i) => rowOf(i))].map((row) => row.map(quote).join(",")).join("\n");
    const address = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/csv" }));
    element("a", { href: address, download: `${title.replace(/[^\w-]+/g, "-")}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  } }, "Save as CSV");
  return element("details", { toggle: (event) => event.target.open && place.childElementCount === 0 && show(0) },
    element("summary", {}, "Numbers"), save, place);
}
