// The one box that shows numbers beside what the reader points at.
import { byId, html } from "./dom.js";
import { clamp } from "./data.js";

const kGap = 14; // CSS pixels from the pointer, and from the window's edge

// `x`, `y` in the window's CSS pixels.
export function showTooltip(lines, x, y) {
  const box = byId("tooltip");
  box.replaceChildren(...lines.map((line) => html("div", {}, line)));
  box.hidden = false;
  const { width, height } = box.getBoundingClientRect();
  const below = y + kGap + height < innerHeight;
  box.style.left = `${clamp(x + kGap, kGap, Math.max(kGap, document.documentElement.clientWidth - width - kGap))}px`;
  box.style.top = `${below ? y + kGap : Math.max(kGap, y - kGap - height)}px`;
}

export function hideTooltip() {
  byId("tooltip").hidden = true;
}
