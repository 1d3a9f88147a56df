// Canvases with axes: what pictures of every kind share.
import { element, number } from "./elements.js";
import { mapOf, styled } from "./colors.js";

const margins = { left: 62, right: 12, top: 26, bottom: 44 };
const barWidth = 74; // of a colour bar with its numbers

let drawn = []; // what is drawn anew when the width, the colours or the paper change

/** Forgets the pictures so far. */
export function forgetPictures() {
  drawn = [];
}

/** Draws every picture anew. */
export function drawAll() {
  drawn.forEach((draw) => draw());
}

/** A canvas, drawn now and whenever it has to be: draw(context, box) gets what lies between the axes. */
export function picture(label, height, hasBar, draw) {
  const canvas = element("canvas", { role: "img", "aria-label": label });
  const paint = () => {
    const width = canvas.parentElement?.clientWidth ?? 0;
    if (width === 0) {
      return;
    }
    const ratio = window.devicePixelRatio || 1;
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.fillStyle = styled("back");
    context.fillRect(0, 0, width, height);
    const box = {
      left: margins.left, top: margins.top, height: height - margins.top - margins.bottom,
      width: width - margins.left - margins.right - (hasBar ? barWidth : 0),
    };
    // Where the values lie, in pixels of the canvas, for whoever reads them back.
    canvas.dataset.box = [box.left, box.top, box.width, box.height].map((length) => length * ratio).join(" ");
    context.font = "12px system-ui, sans-serif";
    draw(context, box);
  };
  drawn.push(paint);
  requestAnimationFrame(paint);
  return { canvas, paint };
}

/** Marks and their texts along the axis below: [[share of the width, text]]. */
export function bottomAxis(context, box, marks, title) {
  context.fillStyle = styled("ink");
  context.strokeStyle = styled("line");
  [context.textAlign, context.textBaseline] = ["center", "top"];
  for (const [share, text] of marks) {
    const x = box.left + share * box.width;
    stroke(context, x, box.top + box.height, x, box.top + box.height + 4);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(Math.max(x, half), box.left + box.width + margins.right - half), box.top + box.height + 6);
  }
  context.fillText(title, box.left + box.width / 2, box.top + box.height + 24);
}

/** Marks and their texts along the axis on the left: [[share of the height, from below, text]]. */
export function leftAxis(context, box, marks, title) {
  context.fillStyle = styled("ink");
  context.strokeStyle = styled("line");
  [context.textAlign, context.textBaseline] = ["right", "middle"];
  for (const [share, text] of marks) {
    const y = box.top + (1 - share) * box.height;
    stroke(context, box.left - 4, y, box.left, y);
    context.fillText(clipped(context, text, margins.left - 8), box.left - 6, y);
  }
  [context.textAlign, context.textBaseline] = ["left", "top"];
  context.fillText(title, 4, 6);
}

/** The colours of a map and the values that they stand for. */
export function colorBar(context, box, kind, range, unit) {
  const map = mapOf(kind);
  const [x, width] = [box.left + box.width + 12, 14];
  for (let row = 0; row < box.height; row++) {
    context.fillStyle = `rgb(${map(1 - row / (box.height - 1)).join(" ")})`;
    context.fillRect(x, box.top + row, width, 1.5);
  }
  context.fillStyle = styled("ink");
  [context.textAlign, context.textBaseline] = ["left", "middle"];
  for (const value of ticks(range.least, range.most, 5)) {
    context.fillText(number(value), x + width + 4, box.top + (1 - (value - range.least) / (range.most - range.least)) * box.height);
  }
  context.textAlign = "right";
  context.fillText(unit, box.left + box.width + barWidth, 12);
}

/** Round values within a range, about as many as asked for. */
export function ticks(least, most, count) {
  const raw = (most - least) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw * 0.999);
  const first = Math.ceil(least / step - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(most / step + 1e-9) - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The least and largest of numbers, null left out, and a little more where they are one. */
export function rangeOf(values) {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value !== null) {
      [least, most] = [Math.min(least, value), Math.max(most, value)];
    }
  }
  return least === Infinity ? { least: 0, most: 1 } : least === most ? { least: least - 0.5, most: most + 0.5 } : { least, most };
}

/** A line between two places. */
export function stroke(context, x, y, toX, toY) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
}

function clipped(context, text, width) {
  let shown = text;
  while (shown.length > 1 && context.measureText(shown).width > width) {
    shown = `${shown.slice(0, shown.endsWith("…") ? -2 : -1)}…`;
  }
  return shown;
}

window.addEventListener("resize", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
for (const [moment, isPrinting] of [["beforeprint", true], ["afterprint", false]]) {
  window.addEventListener(moment, () => {
    document.documentElement.classList.toggle("printing", isPrinting); // paper is white
    drawAll();
  });
}
