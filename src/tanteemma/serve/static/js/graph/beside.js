// @ts-check
// Two graphs as one, so that both selections stand in the same drawing: each side weighs the same, whatever its size.

/** @typedef {import("./selection.js").Graph} Graph */
/** @typedef {import("./selection.js").Node} Node */
/** @typedef {import("./selection.js").Edge} Edge */
/** @typedef {{one: number, other: number}} Shares */
/** @typedef {{graph: Graph, nodes: Map<string, Shares>, edges: Map<string, Shares>}} Both */

/** So many journeys has each side, so to say. */
const EACH = 100_000;

/** @param {{from: string, to: string}} link */
export const edgeKey = (link) => JSON.stringify([link.from, link.to]);

/** @param {number} value @param {Graph} graph */
const share = (value, graph) => (graph.journeys ? value / graph.journeys : 0);

/** @template T @param {T[]} one @param {T[]} other @param {(each: T) => string} key */
function pairs(one, other, key) {
  /** @type {Map<string, {one?: T, other?: T}>} */
  const found = new Map();
  for (const each of one) found.set(key(each), { one: each });
  for (const each of other) found.set(key(each), { ...found.get(key(each)), other: each });
  return found;
}

/** @param {Graph} one @param {Graph} other @returns {Both} */
export function beside(one, other) {
  /** @type {Map<string, Shares>} */
  const nodes = new Map();
  /** @type {Map<string, Shares>} */
  const edges = new Map();
  const sum = (/** @type {number | undefined} */ a, /** @type {number | undefined} */ b) => Math.round(EACH * (share(a ?? 0, one) + share(b ?? 0, other)));
  const allNodes = [...pairs(one.nodes, other.nodes, (node) => node.name)].map(([name, pair]) => {
    nodes.set(name, { one: share(pair.one?.journeys ?? 0, one), other: share(pair.other?.journeys ?? 0, other) });
    const both = (/** @type {"events" | "journeys" | "starts" | "ends"} */ field) => sum(pair.one?.[field], pair.other?.[field]);
    return { name, events: both("events"), journeys: both("journeys"), starts: both("starts"), ends: both("ends") };
  });
  const allEdges = [...pairs(one.edges, other.edges, edgeKey)].map(([key, pair]) => {
    edges.set(key, { one: share(pair.one?.journeys ?? 0, one), other: share(pair.other?.journeys ?? 0, other) });
    const { from, to } = /** @type {Edge} */ (pair.one ?? pair.other);
    const both = (/** @type {"count" | "journeys"} */ field) => sum(pair.one?.[field], pair.other?.[field]);
    return { from, to, count: both("count"), journeys: both("journeys"), mean_s: 0, median_s: 0, p90_s: 0 };
  });
  return { graph: { events: 0, journeys: 2 * EACH, nodes: allNodes, edges: allEdges }, nodes, edges };
}
