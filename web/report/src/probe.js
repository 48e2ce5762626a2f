// Reading a histogram's bins with pointer, finger or the arrow keys.
import { bisectRight } from "d3-array";
import { svg } from "./dom.js";
import { clamp } from "./data.js";
import { hideTooltip, showTooltip } from "./tooltip.js";

// `edges`, `top`, `bottom` in the plot's units, `width` of its view box; `describe(i)` gives the lines for bin i.
export function attachProbe(plot, { edges, top, bottom, width, describe }) {
  const mark = svg("rect", { class: "probe", y: top, height: bottom - top, width: 0, visibility: "hidden" });
  const last = edges.length - 2;
  let current = -1;
  plot.append(mark);
  plot.setAttribute("tabindex", "0");

  const show = (bin, clientX, clientY) => {
    current = clamp(bin, 0, last);
    mark.setAttribute("x", edges[current]);
    mark.setAttribute("width", edges[current + 1] - edges[current]);
    mark.setAttribute("visibility", "visible");
    showTooltip(describe(current), clientX, clientY);
  };
  const hide = () => {
    mark.setAttribute("visibility", "hidden");
    hideTooltip();
  };
  const follow = (event) => {
    const box = plot.getBoundingClientRect();
    const at = ((event.clientX - box.left) * width) / box.width;
    if (at < edges[0] || at > edges[last + 1]) hide();
    else show(bisectRight(edges, at) - 1, event.clientX, event.clientY);
  };
  plot.addEventListener("pointermove", follow);
  plot.addEventListener("pointerdown", follow);
  plot.addEventListener("pointerleave", hide);
  plot.addEventListener("blur", hide);
  plot.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") hide();
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = clamp(current + by, 0, last);
    const box = plot.getBoundingClientRect();
    show(next, box.left + (edges[next + 1] * box.width) / width, box.top + box.height / 3);
  });
}
