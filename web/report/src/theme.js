// When what is drawn must be drawn again: canvas pixels do not follow style sheets, and a printed page has no reader
// to scroll it.

const followers = [];

// Calls `draw(printing)` when light turns to dark, before printing and after it.
export const onAppearance = (draw) => followers.push(draw);

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function tell(printing) {
  document.documentElement.classList.toggle("printing", printing); // paper is light whatever the screen is
  for (const draw of followers) draw(printing);
}

export function listenToAppearance() {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => tell(false));
  addEventListener("beforeprint", () => tell(true));
  addEventListener("afterprint", () => tell(false));
}
