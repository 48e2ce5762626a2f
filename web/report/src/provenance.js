// Timings, notes and where everything came from.
import { byId, html } from "./dom.js";
import { isNumber, list, objects, text } from "./data.js";
import { formatSeconds } from "./format.js";

export function showTimings(data) {
  const timings = objects(data.timings);
  const longest = Math.max(0, ...timings.map((t) => (isNumber(t.seconds) ? t.seconds : 0)));
  byId("time").hidden = !timings.length;
  byId("timings").replaceChildren(html("tbody", {}, ...timings.map((timing) => {
    const part = longest > 0 && isNumber(timing.seconds) ? (100 * timing.seconds) / longest : 0;
    return html("tr", {}, html("th", { scope: "row" }, text(timing.what)),
      html("td", { class: "bar" }, isNumber(timing.seconds) ? html("span", { style: `width:${part.toFixed(2)}%` }) : ""),
      html("td", { class: "number" }, formatSeconds(timing.seconds)));
  })));
}

// A whole number may be a seed: every digit counts.
const written = (value) => (isNumber(value) && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value));

// Provenance is free-form: nested names are joined with dots, lists with commas. Appends [name, text] to `into`.
function flatten(value, name, into) {
  if (value === null || value === undefined) return into;
  if (Array.isArray(value)) into.push([name, value.map((v) => (typeof v === "object" ? JSON.stringify(v) : written(v))).join(", ")]);
  else if (typeof value === "object") for (const [key, inner] of Object.entries(value)) flatten(inner, name ? `${name}.${key}` : key, into);
  else into.push([name, written(value)]);
  return into;
}

export function showProvenance(data) {
  const notes = list(data.notes).map(text).filter(Boolean);
  byId("notes").replaceChildren(...notes.map((note) => html("li", {}, note)));
  const parts = ["model", "candidate", "reference", "detector"].flatMap((part) => flatten(data[part], part, []));
  const facts = [...parts, ...flatten(data.provenance, typeof data.provenance === "object" ? "" : "provenance", [])];
  byId("facts").replaceChildren(...facts.flatMap(([name, value]) => [html("dt", {}, name.replace(/_/g, " ")), html("dd", {}, value)]));
  byId("provenance").hidden = !notes.length && !facts.length;
}
