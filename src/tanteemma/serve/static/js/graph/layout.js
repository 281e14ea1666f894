// @ts-check
// Where does each box and arrow stand? Laid out by dagre, the happy path as straight as it can be.

import dagre from "../../vendor/dagre.esm.js";
import { END, START } from "./selection.js";

/** @typedef {import("./selection.js").Shown} Shown */
/** @typedef {import("./selection.js").Link} Link */
/** @typedef {import("./selection.js").Node} Node */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {{node: Node, x: number, y: number, width: number, height: number, lines: string[]}} Box */
/** @typedef {{link: Link, points: Point[], label: Point | null}} Arrow */
/** @typedef {{boxes: Box[], arrows: Arrow[], start: Point, end: Point, width: number, height: number}} Drawing */

export const BOX_WIDTH = 188;
export const MARK = 13;
const TEXT_WIDTH = 160;
const canvas = document.createElement("canvas").getContext("2d");

/** @param {string} text */
function textWidth(text) {
  if (!canvas) return text.length * 7;
  canvas.font = "600 13px system-ui, sans-serif";
  return canvas.measureText(text).width;
}

/** Cut a text so that it fits, with an ellipsis. @param {string} text */
function cut(text) {
  if (textWidth(text) <= TEXT_WIDTH) return text;
  let end = text.length;
  while (end > 1 && textWidth(`${text.slice(0, end)}…`) > TEXT_WIDTH) end -= 1;
  return `${text.slice(0, end)}…`;
}

/** A name on at most two lines, broken at blanks, underscores and hyphens where possible. @param {string} name */
export function wrap(name) {
  if (textWidth(name) <= TEXT_WIDTH) return [name];
  const words = name.split(/(?<=[\s_\-/.,;:])/);
  let first = "";
  while (words.length && textWidth((first + words[0]).trimEnd()) <= TEXT_WIDTH) first += words.shift();
  if (!first) {
    const whole = [...name];
    while (whole.length && textWidth(first + whole[0]) <= TEXT_WIDTH) first += whole.shift();
    return [first, cut(whole.join(""))];
  }
  return [first.trimEnd(), cut(words.join(""))];
}

/** Lay out what is shown. @param {Shown} shown @param {(link: Link) => string} label @returns {Drawing} */
export function layOut(shown, label) {
  const graph = new dagre.graphlib.Graph({ multigraph: false });
  graph.setGraph({ rankdir: "TB", nodesep: 34, ranksep: 30, edgesep: 16, marginx: 14, marginy: 10 });
  graph.setDefaultEdgeLabel(() => ({}));
  graph.setNode(START, { width: MARK * 2, height: MARK * 2 });
  /** @type {Map<string, {node: Node, lines: string[]}>} */
  const texts = new Map();
  for (const node of shown.nodes) {
    const lines = wrap(node.name);
    texts.set(node.name, { node, lines });
    graph.setNode(node.name, { width: BOX_WIDTH, height: lines.length > 1 ? 62 : 46 });
  }
  graph.setNode(END, { width: MARK * 2, height: MARK * 2 });
  const largest = shown.links.reduce((most, link) => Math.max(most, link.count), 1);
  for (const link of shown.links) {
    const onPath = (shown.path.has(link.from) || link.from === START) && (shown.path.has(link.to) || link.to === END);
    const text = link.edge ? label(link) : "";
    graph.setEdge(link.from, link.to, {
      weight: 1 + Math.round((12 * link.count) / largest) + (onPath ? 6 : 0),
      width: text ? text.length * 6.2 + 14 : 0,
      height: text ? 18 : 0,
      labelpos: "c",
      minlen: 1,
    });
  }
  dagre.layout(graph);
  const boxes = shown.nodes.map((node) => {
    const { x, y, width, height } = graph.node(node.name);
    return { node, x, y, width, height, lines: /** @type {{lines: string[]}} */ (texts.get(node.name)).lines };
  });
  const arrows = shown.links.map((link) => {
    const { points, x, y } = graph.edge(link.from, link.to);
    return { link, points, label: link.edge && x !== undefined ? { x, y } : null };
  });
  const { width, height } = graph.graph();
  return { boxes, arrows, start: graph.node(START), end: graph.node(END), width, height };
}

/** A smooth line through the points (cubic B-spline) that stops short of its tip. @param {Point[]} given @param {number} short */
export function curve(given, short) {
  const points = given.map(({ x, y }) => ({ x, y }));
  const last = points[points.length - 1];
  const before = points[points.length - 2] ?? last;
  const long = Math.hypot(last.x - before.x, last.y - before.y) || 1;
  const tip = { x: last.x, y: last.y };
  const way = { x: (last.x - before.x) / long, y: (last.y - before.y) / long };
  last.x -= way.x * short;
  last.y -= way.y * short;
  const at = (/** @type {Point} */ point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`;
  let path = `M${at(points[0])}`;
  if (points.length < 3) return { path: `${path}L${at(last)}`, tip, way };
  const mix = (/** @type {Point} */ a, /** @type {Point} */ b, /** @type {number} */ share) => ({
    x: a.x + (b.x - a.x) * share,
    y: a.y + (b.y - a.y) * share,
  });
  const ends = [points[0], ...points, last];
  for (let place = 1; place < ends.length - 2; place += 1) {
    const [a, b, c] = [ends[place], ends[place + 1], ends[place + 2]];
    const stop = place === ends.length - 3 ? last : mix(mix(a, b, 2 / 3), mix(b, c, 1 / 3), 0.5);
    path += `C${at(mix(a, b, 1 / 3))} ${at(mix(a, b, 2 / 3))} ${at(stop)}`;
  }
  return { path, tip, way };
}
