// Paints cells without WebGL, far ones first. Cells of different shape that lie close may overlap wrongly, which a
// depth buffer would not do; nothing else differs.
import { dot } from "./view.js";

const cssColour = (colours, face) => `rgb(${[0, 1, 2].map((k) => Math.round(255 * colours[face * 3 + k])).join(" ")})`;

export class FlatPainter {
  // What paint() takes for this mesh.
  prepare(mesh) {
    const colours = Array.from({ length: mesh.faces }, (_, face) => cssColour(mesh.colours, face));
    return { mesh, colours };
  }

  paint(context, { mesh, colours }, camera) {
    const { toward } = camera.axes;
    const cells = mesh.first.length - 1;
    const depth = Float64Array.from({ length: cells }, (_, i) => dot(toward, mesh.centres.subarray(i * 3, i * 3 + 3)));
    const order = Uint32Array.from({ length: cells }, (_, i) => i).sort((a, b) => depth[a] - depth[b]);
    for (const cell of order) {
      for (let face = mesh.first[cell]; face < mesh.first[cell + 1]; ++face) {
        if (dot(toward, mesh.normals.subarray(face * 3, face * 3 + 3)) <= 0) continue;
        context.fillStyle = colours[face];
        context.beginPath();
        for (let k = 0; k < 4; ++k) context.lineTo(...camera.project(mesh.corners.subarray(face * 12 + k * 3, face * 12 + k * 3 + 3)));
        context.fill();
      }
    }
  }
}
