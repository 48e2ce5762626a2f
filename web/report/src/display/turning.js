// Turning and zooming a canvas by mouse, finger and key. `turn(yaw, pitch)` in radian, `zoom(steps)`.
import { kZoomStep } from "./view.js";

const kKeyTurn = 0.1;

function distance(pointers) {
  const [a, b] = [...pointers.values()];
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

// Half a turn takes one drag across the canvas; two fingers zoom.
function listenToPointers(canvas, turn, zoom) {
  const pointers = new Map();
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  canvas.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const apart = pointers.size === 2 ? distance(pointers) : 0;
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    const perPixel = Math.PI / Math.max(1, canvas.clientWidth);
    if (pointers.size === 1) turn(-(event.clientX - last[0]) * perPixel, (event.clientY - last[1]) * perPixel);
    else if (apart > 0 && distance(pointers) > 0) zoom(Math.log(distance(pointers) / apart) / Math.log(kZoomStep));
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => pointers.delete(event.pointerId));
}

function listenToKeys(canvas, turn, zoom) {
  const turns = { ArrowLeft: [kKeyTurn, 0], ArrowRight: [-kKeyTurn, 0], ArrowUp: [0, -kKeyTurn], ArrowDown: [0, kKeyTurn] };
  const zooms = { "+": 1, "=": 1, "-": -1 };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (turns[event.key]) turn(...turns[event.key]);
    else if (zooms[event.key]) zoom(zooms[event.key]);
    else return;
    event.preventDefault();
  });
}

export function listenToTurning(canvas, turn, zoom) {
  listenToPointers(canvas, turn, zoom);
  listenToKeys(canvas, turn, zoom);
}
