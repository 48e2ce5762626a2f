// A square matrix of numbers between −1 and 1 as coloured fields. The colours are mixed by the style sheet, so that
// they follow dark, light and paper.
import { html, svg } from "./dom.js";
import { clamp, isNumber } from "./data.js";

const kWidth = 400;
const kTop = 16; // room for the column numbers
const kNames = 128; // room for the row names
const kLongestName = 20;

const shorten = (name) => (name.length > kLongestName ? `${name.slice(0, kLongestName - 1)}…` : name);

export function fillOf(value, largest) {
  if (!isNumber(value)) return "var(--hole)";
  const part = Math.round(100 * clamp(Math.abs(value) / largest, 0, 1));
  return `color-mix(in oklab, var(--${value < 0 ? "minus" : "plus"}) ${part}%, var(--zero))`;
}

// `at(i, j)` gives a number or null; `largest` is the magnitude that takes the full colour. Fields carry data-at="i,j".
export function drawHeatMap(title, names, at, largest) {
  const side = (kWidth - kNames) / names.length;
  const fields = [];
  const fontSize = clamp(side * 0.8, 5, 10);
  names.forEach((name, i) => {
    const middle = (side * (i + 0.5)).toFixed(2);
    fields.push(svg("text", { x: kNames - 6, y: kTop + Number(middle), "text-anchor": "end", "dominant-baseline": "central", style: `font-size:${fontSize}px` }, `${shorten(name)} ${i + 1}`));
    fields.push(svg("text", { x: kNames + Number(middle), y: kTop - 5, "text-anchor": "middle", style: `font-size:${Math.min(fontSize, side * 0.7)}px` }, String(i + 1)));
    names.forEach((_, j) => fields.push(svg("rect", { x: (kNames + side * j).toFixed(2), y: (kTop + side * i).toFixed(2), width: side.toFixed(2), height: side.toFixed(2),
      "data-at": `${i},${j}`, style: `fill:${fillOf(at(i, j), largest)}` })));
  });
  return html("figure", {}, html("h3", {}, title),
    svg("svg", { class: "map", viewBox: `0 0 ${kWidth} ${(kTop + side * names.length).toFixed(2)}`, role: "img", "aria-label": `${title}: correlation matrix` }, ...fields));
}
