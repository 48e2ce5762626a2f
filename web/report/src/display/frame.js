// The lines around the cells: the detector's outline, the beam, and small axes that say which way is which.
import { colour } from "../theme.js";

const kRing = 48; // straight pieces of a drawn circle

// Lines of the outline, each a list of points in mm: those behind all cells and those before them.
function boxLines(half, toward) {
  const near = toward.map((t) => (t > 0 ? 1 : -1));
  const lines = { behind: [], before: [] };
  for (let axis = 0; axis < 3; ++axis) {
    for (const [a, b] of [[-1, -1], [-1, 1], [1, -1], [1, 1]]) {
      const signs = [0, 0, 0];
      [signs[(axis + 1) % 3], signs[(axis + 2) % 3]] = [a, b];
      // The three edges that meet in the nearest corner lie before the cells.
      const isNear = signs.every((sign, i) => i === axis || sign === near[i]);
      const end = (side) => signs.map((sign, i) => (i === axis ? side : sign) * half[i]);
      lines[isNear ? "before" : "behind"].push([end(-1), end(1)]);
    }
  }
  return lines;
}

function tubeLines([radius, , depth], toward) {
  const at = (angle, z) => [radius * Math.cos(angle), radius * Math.sin(angle), z];
  const ring = (z) => Array.from({ length: kRing + 1 }, (_, i) => at((2 * Math.PI * i) / kRing, z));
  const near = toward[2] > 0 ? depth : -depth;
  const rim = Math.atan2(toward[1], toward[0]) + Math.PI / 2; // where the tube's wall turns away from the reader
  const walls = [rim, rim + Math.PI].map((angle) => [at(angle, -depth), at(angle, depth)]);
  return { behind: [ring(-near), ...walls], before: [ring(near)] };
}

function stroke(context, lines, project, alpha) {
  Object.assign(context, { strokeStyle: colour("--frame"), lineWidth: 1, globalAlpha: alpha });
  context.beginPath();
  for (const points of lines) points.forEach((point, i) => (i ? context.lineTo(...project(point)) : context.moveTo(...project(point))));
  context.stroke();
  context.globalAlpha = 1;
}

function drawArrow(context, from, to) {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  if (Math.hypot(to[0] - from[0], to[1] - from[1]) > 8) {
    for (const side of [-0.45, 0.45]) {
      context.moveTo(...to);
      context.lineTo(to[0] - 7 * Math.cos(angle + side), to[1] - 7 * Math.sin(angle + side));
    }
  }
  context.stroke();
}

function drawBeam(context, depth, project) {
  Object.assign(context, { strokeStyle: colour("--candidate"), lineWidth: 2 });
  drawArrow(context, project([0, 0, -depth * 1.4]), project([0, 0, -depth * 1.02]));
}

function drawTriad(context, { axes, height }) {
  const origin = [44, height - 44];
  context.strokeStyle = context.fillStyle = colour("--muted");
  Object.assign(context, { lineWidth: 1, font: "12px system-ui, sans-serif", textAlign: "center", textBaseline: "middle" });
  ["x", "y", "z"].forEach((name, i) => {
    const tip = (length) => [origin[0] + length * axes.right[i], origin[1] - length * axes.up[i]];
    drawArrow(context, origin, tip(24));
    // An axis that points at the reader has no length on the screen: its name would sit on the others.
    if (Math.abs(axes.toward[i]) < 0.97) context.fillText(name, ...tip(34));
  });
}

// Draws the outline, and between its far and its near lines what `drawCells` draws.
export function drawFramed(context, detector, camera, drawCells) {
  const { axes, project } = camera;
  const lines = (detector.cylindrical ? tubeLines : boxLines)(detector.half, axes.toward);
  const beamIsNear = axes.toward[2] < 0;
  stroke(context, lines.behind, project, 0.8);
  if (!beamIsNear) drawBeam(context, detector.half[2], project);
  drawCells();
  stroke(context, lines.before, project, 0.35);
  if (beamIsNear) drawBeam(context, detector.half[2], project);
  drawTriad(context, camera);
}
