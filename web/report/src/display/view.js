// From where the reader looks: yaw and pitch in radian, a zoom, and a parallel projection, so that one cell looks the
// same size anywhere and parallel showers stay parallel.

export const kViews = { oblique: { yaw: -0.62, pitch: 0.42 }, side: { yaw: 0, pitch: 0 }, front: { yaw: Math.PI / 2, pitch: 0 } };
export const kMaxPitch = Math.PI / 2;
export const kZoomStep = 1.15;
export const kZoomRange = [0.5, 6];
const kFill = 1.12; // part of the window that the detector's diagonal takes; its corners are rarely seen at full length

export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

// Screen axes in detector coordinates: at rest the beam (z) runs to the right and y points up.
export function screenAxes({ yaw, pitch }) {
  const [s, c, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  return { right: [s, 0, c], up: [sp * c, cp, -sp * s], toward: [-cp * c, sp, cp * s] };
}

// {axes, scale in CSS pixels per mm, project: mm to CSS pixels, width, height} of a window.
export function makeCamera(view, half, width, height) {
  const axes = screenAxes(view);
  const scale = (Math.min(width * 0.98, height) / (2 * Math.hypot(...half))) * kFill * view.zoom;
  const project = (p) => [width / 2 + scale * dot(axes.right, p), height / 2 - scale * dot(axes.up, p)];
  return { axes, scale, project, width, height };
}
