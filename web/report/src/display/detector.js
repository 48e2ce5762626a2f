// Where cells lie. Lengths in mm, centred on 0; z is depth. A Cartesian cell is a box; in a cylindrical detector the
// indices are (r, alpha, layer) and a cell is a wedge.
import { isNumber } from "../data.js";

const kSegment = Math.PI / 9; // a wedge's arc is drawn in straight pieces of at most this angle

const positive = (value, fallback) => (isNumber(value) && value > 0 ? value : fallback);

// {cells: [nx, ny, nz], cylindrical, pitch, half}: half is the half extent of the whole in x, y, z. The data gives no
// layer pitch unless `cell_z` does: then layers are drawn with the transverse pitch.
export function readDetector(detector) {
  const grid = detector?.grid ?? {};
  const cells = [grid.nx, grid.ny, grid.nz].map((n) => Math.round(positive(n, 25)));
  const width = positive(grid.cell_x, 1);
  const cylindrical = detector?.frame === "cylindrical";
  const pitch = [width, cylindrical ? (2 * Math.PI) / cells[1] : positive(grid.cell_y, width), positive(grid.cell_z, width)];
  const depth = (cells[2] * pitch[2]) / 2;
  const half = cylindrical ? [cells[0] * width, cells[0] * width, depth] : [(cells[0] * width) / 2, (cells[1] * pitch[1]) / 2, depth];
  return { cells, cylindrical, pitch, half };
}

function boxFaces([x, y, z], [a, b, c]) {
  const corner = (i, j, k) => [x + i * a, y + j * b, z + k * c];
  return [
    { normal: [-1, 0, 0], corners: [corner(-1, -1, -1), corner(-1, -1, 1), corner(-1, 1, 1), corner(-1, 1, -1)] },
    { normal: [1, 0, 0], corners: [corner(1, -1, -1), corner(1, 1, -1), corner(1, 1, 1), corner(1, -1, 1)] },
    { normal: [0, -1, 0], corners: [corner(-1, -1, -1), corner(1, -1, -1), corner(1, -1, 1), corner(-1, -1, 1)] },
    { normal: [0, 1, 0], corners: [corner(-1, 1, -1), corner(-1, 1, 1), corner(1, 1, 1), corner(1, 1, -1)] },
    { normal: [0, 0, -1], corners: [corner(-1, -1, -1), corner(-1, 1, -1), corner(1, 1, -1), corner(1, -1, -1)] },
    { normal: [0, 0, 1], corners: [corner(-1, -1, 1), corner(1, -1, 1), corner(1, 1, 1), corner(-1, 1, 1)] },
  ];
}

// From radius r0 to r1, angle a0 to a1, depth z0 to z1.
function wedgeFaces(r0, r1, a0, a1, z0, z1) {
  const pieces = Math.max(1, Math.ceil((a1 - a0) / kSegment));
  const at = (r, a, z) => [r * Math.cos(a), r * Math.sin(a), z];
  const side = (a, sign) => ({ normal: [-sign * Math.sin(a), sign * Math.cos(a), 0], corners: [at(r0, a, z0), at(r1, a, z0), at(r1, a, z1), at(r0, a, z1)] });
  const faces = [side(a0, -1), side(a1, 1)];
  for (let i = 0; i < pieces; ++i) {
    const [from, to] = [i, i + 1].map((k) => a0 + ((a1 - a0) * k) / pieces);
    const out = [Math.cos((from + to) / 2), Math.sin((from + to) / 2), 0];
    faces.push({ normal: out, corners: [at(r1, from, z0), at(r1, to, z0), at(r1, to, z1), at(r1, from, z1)] });
    faces.push({ normal: out.map((v) => -v), corners: [at(r0, from, z0), at(r0, from, z1), at(r0, to, z1), at(r0, to, z0)] });
    for (const [z, sign] of [[z0, -1], [z1, 1]]) {
      faces.push({ normal: [0, 0, sign], corners: [at(r0, from, z), at(r1, from, z), at(r1, to, z), at(r0, to, z)] });
    }
  }
  return faces;
}

// The faces of cell [i, j, k], drawn at `size` (0 to 1) of its place: {centre, faces: [{normal, corners}]}.
export function shapeCell(detector, [i, j, k], size) {
  const { cells, pitch, half } = detector;
  const z = (k + 0.5) * pitch[2] - half[2];
  if (!detector.cylindrical) {
    const centre = [(i + 0.5) * pitch[0] - half[0], (j + 0.5) * pitch[1] - half[1], z];
    return { centre, faces: boxFaces(centre, pitch.map((p) => (size * p) / 2)) };
  }
  const [r, a] = [(i + 0.5) * pitch[0], (j + 0.5) * pitch[1]];
  const da = ((cells[1] === 1 ? 1 : size) * pitch[1]) / 2; // a ring that is one cell stays closed
  const [dr, dz] = [(size * pitch[0]) / 2, (size * pitch[2]) / 2];
  return { centre: [r * Math.cos(a), r * Math.sin(a), z], faces: wedgeFaces(r - dr, r + dr, a - da, a + da, z - dz, z + dz) };
}
