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
/** @typedef {{boxes: Box[], arrows: Arrow[], loops: Link[], start: Point, end: Point, width: number, height: number}} Drawing */

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

/** @typedef {{ranker: string, acyclicer: string | undefined, turned: boolean}} Attempt */

/** @type {Attempt[]} */
const ATTEMPTS = [
  { ranker: "longest-path", acyclicer: "greedy", turned: false },
  { ranker: "longest-path", acyclicer: "greedy", turned: true },
  { ranker: "longest-path", acyclicer: undefined, turned: false },
  { ranker: "longest-path", acyclicer: undefined, turned: true },
  { ranker: "network-simplex", acyclicer: "greedy", turned: false },
  { ranker: "network-simplex", acyclicer: undefined, turned: false },
  { ranker: "network-simplex", acyclicer: undefined, turned: true },
];
const MANY = 70;
const NEAR = 80;
const ASIDE = 50;
const LOYALTY = 0.85;
/** @type {WeakMap<object, Attempt>} */
const chosen = new WeakMap();

/** One layout by dagre. @param {Shown} shown @param {(link: Link) => string} label @param {Map<string, string[]>} texts @param {Attempt} attempt */
function attemptLayout(shown, label, texts, attempt) {
  const { ranker, acyclicer, turned } = attempt;
  const graph = new dagre.graphlib.Graph({ multigraph: false });
  graph.setGraph({ rankdir: "TB", nodesep: 30, ranksep: 46, edgesep: 18, marginx: 14, marginy: 10, ranker, acyclicer });
  graph.setDefaultEdgeLabel(() => ({}));
  graph.setNode(START, { width: MARK * 2, height: MARK * 2 });
  for (const node of shown.nodes) graph.setNode(node.name, { width: BOX_WIDTH, height: (texts.get(node.name) ?? []).length > 1 ? 63 : 48 });
  graph.setNode(END, { width: MARK * 2, height: MARK * 2 });
  const ways = shown.links.filter((link) => link.from !== link.to);
  const largest = ways.reduce((most, link) => Math.max(most, link.count), 1);
  const steps = new Set(shown.path);
  for (const link of turned ? [...ways].reverse() : ways) {
    const onPath = (steps.has(link.from) || link.from === START) && (steps.has(link.to) || link.to === END);
    const text = link.edge ? label(link) : "";
    graph.setEdge(link.from, link.to, {
      weight: link.edge ? 1 + Math.round((12 * link.count) / largest) + (onPath ? 2 : 0) : 1,
      width: text ? text.length * 6.2 + 14 : 0,
      height: text ? 18 : 0,
      labelpos: "c",
      minlen: 1,
    });
  }
  dagre.layout(graph);
  const upwards = ways.reduce((sum, link) => sum + (graph.node(link.to).y < graph.node(link.from).y ? link.count / largest : 0), 0);
  const lines = ways.map((link) => graph.edge(link.from, link.to).points);
  const aside = Math.abs(graph.node(START).x - graph.graph().width / 2);
  const far = ways.reduce((sum, link) => sum + Math.abs(graph.node(link.to).y - graph.node(link.from).y) * (0.25 + (2 * link.count) / largest), 0);
  return { attempt, graph, ways, untidy: untidiness(lines, graph.graph().width) + upwards * 900 + far + aside * 4 };
}

/** How hard are the lines to read? Crossings count most, then sideways ways, then width. @param {Point[][]} lines @param {number} width */
function untidiness(lines, width) {
  const pieces = lines.flatMap((points, line) => points.slice(1).map((point, place) => ({ a: points[place], b: point, line })));
  let crossings = 0;
  const side = (/** @type {Point} */ a, /** @type {Point} */ b, /** @type {Point} */ c) => Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
  pieces.forEach((one, place) => {
    for (let next = place + 1; next < pieces.length; next += 1) {
      const other = pieces[next];
      if (one.line === other.line || Math.max(one.a.y, one.b.y) <= Math.min(other.a.y, other.b.y) || Math.max(other.a.y, other.b.y) <= Math.min(one.a.y, one.b.y)) continue;
      if (side(one.a, one.b, other.a) !== side(one.a, one.b, other.b) && side(other.a, other.b, one.a) !== side(other.a, other.b, one.b)) crossings += 1;
    }
  });
  const sideways = pieces.reduce((sum, { a, b }) => sum + Math.abs(a.x - b.x), 0);
  return crossings * 260 + sideways + width * 3;
}

/**
 * Lay out what is shown: the tidiest of a few attempts; the attempt of last time is kept unless another is clearly better.
 * @param {Shown} shown @param {(link: Link) => string} label @param {object} owner @param {boolean} quick stay with the attempt of
 * last time, while a slider moves @returns {Drawing}
 */
export function layOut(shown, label, owner, quick) {
  const texts = new Map(shown.nodes.map((node) => [node.name, wrap(node.name)]));
  const last = chosen.get(owner);
  const attempts = quick && last ? [last] : ATTEMPTS.slice(0, shown.links.length > MANY ? 1 : ATTEMPTS.length);
  const tried = attempts.map((attempt) => attemptLayout(shown, label, texts, attempt));
  const loyal = (/** @type {typeof tried[0]} */ each) => each.untidy * (each.attempt === last ? LOYALTY : 1);
  const { graph, ways, attempt: taken } = tried.reduce((best, each) => (loyal(each) < loyal(best) ? each : best));
  chosen.set(owner, taken);
  const boxes = shown.nodes.map((node) => {
    const { x, y, width, height } = graph.node(node.name);
    return { node, x, y, width, height, lines: texts.get(node.name) ?? [] };
  });
  const arrows = ways.map((link) => {
    const { points, x, y } = graph.edge(link.from, link.to);
    return { link, points, label: link.edge && x !== undefined ? { x, y } : null };
  });
  for (const arrow of arrows) straighten(arrow, graph.node(arrow.link.from), graph.node(arrow.link.to));
  dock(arrows, (name) => graph.node(name));
  placeLabels(arrows, label);
  const loops = shown.links.filter((link) => link.from === link.to);
  const { width, height } = graph.graph();
  return { boxes, arrows, loops, start: graph.node(START), end: graph.node(END), width, height };
}

/** Between neighbouring rows nothing stands in the way: the arrow makes no detour. @param {Arrow} arrow @param {Point & {height: number}} from
 * @param {Point & {height: number}} to */
function straighten(arrow, from, to) {
  if (Math.abs(to.y - from.y) - (from.height + to.height) / 2 > NEAR) return;
  const [left, right] = [Math.min(from.x, to.x) - ASIDE, Math.max(from.x, to.x) + ASIDE];
  const within = (/** @type {number} */ x) => Math.max(left, Math.min(right, x));
  for (const point of arrow.points) point.x = within(point.x);
  if (arrow.label) arrow.label = { x: within(arrow.label.x), y: arrow.label.y };
}

/**
 * Let every arrow leave and reach its boxes at the upper or lower side, side by side and in the order of where they go.
 * @param {Arrow[]} arrows @param {(name: string) => {x: number, y: number, width: number, height: number}} box
 */
function dock(arrows, box) {
  /** @type {Map<string, {points: Point[], place: number, wish: number, name: string, y: number}[]>} */
  const sides = new Map();
  for (const { link, points } of arrows) {
    const down = box(link.to).y > box(link.from).y;
    const inner = points.slice(1, -1);
    points.splice(0, points.length, { x: 0, y: 0 }, ...inner, { x: 0, y: 0 });
    for (const [name, below, place, near] of /** @type {[string, boolean, number, Point | undefined][]} */ ([
      [link.from, down, 0, inner[0]],
      [link.to, !down, points.length - 1, inner[inner.length - 1]],
    ])) {
      const { y, height } = box(name);
      const key = `${below ? "below" : "above"} ${name}`;
      const wish = near?.x ?? box(place ? link.from : link.to).x;
      sides.set(key, [...(sides.get(key) ?? []), { points, place, wish, name, y: y + (below ? height / 2 : -height / 2) }]);
    }
  }
  for (const docks of sides.values()) {
    const { x, width } = box(docks[0].name);
    const room = Math.max(0, width / 2 - 18);
    docks.sort((a, b) => a.wish - b.wish);
    const apart = docks.length > 1 ? Math.min(20, (2 * room) / (docks.length - 1)) : 0;
    const at = docks.map(({ wish }) => Math.max(x - room, Math.min(x + room, wish)));
    for (let place = 1; place < at.length; place += 1) at[place] = Math.max(at[place], at[place - 1] + apart);
    for (let place = at.length - 1; place >= 0; place -= 1) {
      at[place] = Math.min(at[place], place === at.length - 1 ? x + room : at[place + 1] - apart);
    }
    docks.forEach(({ points, place, y }, number) => { points[place] = { x: at[number], y }; });
  }
}

/** Control points of an arrow: upright where it leaves and where it arrives. @param {Point[]} points @param {number} short */
function controls(points, short) {
  const [first, last] = [points[0], points[points.length - 1]];
  const way = Math.sign(last.y - first.y) || 1;
  const end = { x: last.x, y: last.y - way * short };
  const room = Math.min(26, Math.abs(end.y - first.y) / 4);
  return { way, end, all: [first, { x: first.x, y: first.y + way * room }, ...points.slice(1, -1), { x: end.x, y: end.y - way * room }, end] };
}

/** @param {Point} a @param {Point} b @param {number} share */
const between = (a, b, share) => ({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share });

/** A smooth line (cubic B-spline) that leaves and arrives upright and stops short of its tip. @param {Point[]} points @param {number} short */
export function curve(points, short) {
  const { way, end, all } = controls(points, short);
  const at = (/** @type {Point} */ point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`;
  const ends = [all[0], ...all, end];
  let path = `M${at(all[0])}`;
  for (let place = 1; place < ends.length - 2; place += 1) {
    const [a, b, c] = [ends[place], ends[place + 1], ends[place + 2]];
    const stop = place === ends.length - 3 ? end : between(between(a, b, 2 / 3), between(b, c, 1 / 3), 0.5);
    path += `C${at(between(a, b, 1 / 3))} ${at(between(a, b, 2 / 3))} ${at(stop)}`;
  }
  return { path, tip: points[points.length - 1], way: { x: 0, y: way } };
}

/**
 * Give every number a place on its line where it covers no other number; the more frequent arrow chooses first.
 * @param {Arrow[]} arrows @param {(link: Link) => string} text
 */
function placeLabels(arrows, text) {
  /** @type {{x: number, y: number, wide: number}[]} */
  const taken = [];
  for (const arrow of arrows.filter((each) => each.label).sort((a, b) => b.link.count - a.link.count)) {
    const wish = /** @type {Point} */ (arrow.label);
    const wide = text(arrow.link).length * 6.2 + 14;
    const { all } = controls(arrow.points, 8);
    const middle = Math.max(1, Math.min(all.length - 2, all.findIndex((point) => Math.abs(point.x - wish.x) < 0.5 && Math.abs(point.y - wish.y) < 0.5)));
    const at = (/** @type {number} */ place) => all[Math.max(0, Math.min(all.length - 1, place))];
    const mix = (/** @type {number} */ from, /** @type {number[]} */ shares) =>
      shares.reduce((sum, share, step) => ({ x: sum.x + at(from + step).x * share, y: sum.y + at(from + step).y * share }), { x: 0, y: 0 });
    const knot = (/** @type {number} */ place) => mix(place - 1, [1 / 6, 4 / 6, 1 / 6]);
    const half = (/** @type {number} */ place) => mix(place - 1, [1 / 48, 23 / 48, 23 / 48, 1 / 48]);
    const free = (/** @type {Point} */ { x, y }) => taken.every((other) => Math.abs(other.x - x) > (other.wide + wide) / 2 || Math.abs(other.y - y) > 18);
    const places = [knot(middle), half(middle), half(middle - 1), knot(middle + 1), knot(middle - 1)];
    arrow.label = places.find(free) ?? places[0];
    taken.push({ ...arrow.label, wide });
  }
}
