// @ts-check
// Which touchpoints and connections are shown? From the happy path outwards, and nothing shown is ever left hanging.

/** @typedef {{name: string, events: number, journeys: number, starts: number, ends: number}} Node */
/** @typedef {{from: string, to: string, count: number, journeys: number, mean_s: number, median_s: number, p90_s: number}} Edge */
/** @typedef {{events: number, journeys: number, nodes: Node[], edges: Edge[]}} Graph */
/** @typedef {{from: string, to: string, count: number, edge: Edge | null}} Link */
/** @typedef {{nodes: Node[], links: Link[], needed: number, possible: number, covered: number, path: Set<string>}} Shown */

export const START = "\u0000start";
export const END = "\u0000end";
/** A way with one step more must be this much wider to be preferred. */
const A_STEP_MORE = 0.9;

/** Every connection including those from the start and to the end. @param {Graph} graph @returns {Link[]} */
export function allLinks(graph) {
  const links = graph.edges.map((edge) => /** @type {Link} */ ({ from: edge.from, to: edge.to, count: edge.count, edge }));
  for (const node of graph.nodes) {
    if (node.starts) links.push({ from: START, to: node.name, count: node.starts, edge: null });
    if (node.ends) links.push({ from: node.name, to: END, count: node.ends, edge: null });
  }
  return links.sort((a, b) => b.count - a.count || (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : 1));
}

/**
 * Best-first search over links: the value of a path is combined from its links, the larger is taken first.
 * @param {Link[]} links @param {string} root @param {boolean} backwards
 * @param {(sofar: number, link: Link) => number} combine
 * @returns {Map<string, Link>} for each name reached, the link by which it is reached
 */
function grow(links, root, backwards, combine) {
  /** @type {Map<string, Link[]>} */
  const leaving = new Map();
  for (const link of links) {
    const at = backwards ? link.to : link.from;
    leaving.set(at, [...(leaving.get(at) ?? []), link]);
  }
  const value = new Map([[root, Infinity]]);
  /** @type {Map<string, Link>} */
  const by = new Map();
  const open = new Set([root]);
  const done = new Set();
  while (open.size) {
    let at = "";
    let best = -Infinity;
    for (const name of open) {
      const own = /** @type {number} */ (value.get(name));
      if (own > best || at === "") [at, best] = [name, own];
    }
    open.delete(at);
    done.add(at);
    for (const link of leaving.get(at) ?? []) {
      const next = backwards ? link.from : link.to;
      if (done.has(next) || link.from === link.to) continue;
      const reached = combine(best, link);
      if (reached > (value.get(next) ?? -Infinity)) {
        value.set(next, reached);
        by.set(next, link);
        open.add(next);
      }
    }
  }
  return by;
}

/** The most likely way from start to end when each step is chosen as often as it was. @param {Graph} graph @returns {string[]} */
export function happyPath(graph) {
  const links = allLinks(graph).filter((link) => link.from !== link.to);
  /** @type {Map<string, number>} */
  const leaving = new Map();
  for (const link of links) leaving.set(link.from, (leaving.get(link.from) ?? 0) + link.count);
  const likely = (/** @type {number} */ sofar, /** @type {Link} */ link) =>
    (sofar === Infinity ? 0 : sofar) + Math.log(link.count / /** @type {number} */ (leaving.get(link.from)));
  const by = grow(links, START, false, likely);
  const path = [];
  for (let at = END; by.has(at); ) {
    at = /** @type {Link} */ (by.get(at)).from;
    if (at !== START) path.unshift(at);
  }
  return path;
}

/** All touchpoints from the happy path outwards: each next one is the most frequent that hangs well together with those before
 * it, judged by how many of its ways in, and to a lesser degree of its ways out, lead to them. @param {Graph} graph */
export function outwards(graph) {
  const path = happyPath(graph);
  const state = new Map(graph.nodes.map((node) => [node.name, { node, into: node.starts, out: node.ends, allIn: node.starts, allOut: node.ends, taken: false }]));
  /** @type {Map<string, Edge[]>} */
  const touching = new Map(graph.nodes.map((node) => [node.name, []]));
  for (const edge of graph.edges.filter((each) => each.from !== each.to)) {
    for (const name of [edge.from, edge.to]) touching.get(name)?.push(edge);
    const [from, to] = [state.get(edge.from), state.get(edge.to)];
    if (from) from.allOut += edge.count;
    if (to) to.allIn += edge.count;
  }
  /** @type {string[]} */
  const order = [];
  const take = (/** @type {string} */ name) => {
    order.push(name);
    const own = state.get(name);
    if (own) own.taken = true;
    for (const edge of touching.get(name) ?? []) {
      const other = state.get(edge.from === name ? edge.to : edge.from);
      if (!other) continue;
      if (edge.from === name) other.into += edge.count;
      else other.out += edge.count;
    }
  };
  path.forEach(take);
  while (order.length < graph.nodes.length) {
    let next = "";
    let best = -1;
    for (const [name, { node, into, out, allIn, allOut, taken }] of state) {
      if (taken) continue;
      const tied = 0.65 * (allIn ? into / allIn : 0) + 0.35 * (allOut ? out / allOut : 0);
      const worth = node.journeys * (into && out ? tied : tied / 10) + (into || out ? 1e-6 : 0);
      if (worth > best) [next, best] = [name, worth];
    }
    take(next);
  }
  return { order, path };
}

/**
 * The part of the graph to draw.
 * @param {Graph} graph @param {{order: string[], path: string[]}} ranking
 * @param {number} activities how many touchpoints @param {number | null} share 0..1 of the connections that are not needed to
 * hold the picture together; null = as many as read well
 * @returns {Shown & {share: number}}
 */
export function choose(graph, ranking, activities, share) {
  const names = new Set(ranking.order.slice(0, activities));
  const inside = (/** @type {string} */ name) => name === START || name === END || names.has(name);
  const possible = allLinks(graph).filter((link) => inside(link.from) && inside(link.to));
  const widest = (/** @type {number} */ sofar, /** @type {Link} */ link) => Math.min(sofar, link.count) * A_STEP_MORE;
  const needed = new Set([...grow(possible, START, false, widest).values(), ...grow(possible, END, true, widest).values()]);
  ranking.path.forEach((name, place) => {
    const link = possible.find((each) => each.from === (ranking.path[place - 1] ?? START) && each.to === name);
    if (link) needed.add(link);
  });
  const rest = possible.filter((link) => !needed.has(link));
  const readable = Math.max(Math.ceil(names.size / 2), Math.round(names.size * 1.6) - needed.size);
  const more = share === null ? Math.min(rest.length, readable) : Math.round(share * rest.length);
  const links = [...needed, ...rest.slice(0, more)];
  const all = graph.edges.reduce((sum, edge) => sum + edge.count, 0);
  const covered = links.reduce((sum, link) => sum + (link.edge ? link.count : 0), 0);
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  return {
    nodes: ranking.order.slice(0, activities).map((name) => /** @type {Node} */ (byName.get(name))),
    links,
    needed: needed.size,
    possible: possible.length,
    covered: all ? covered / all : 1,
    path: new Set(ranking.path),
    share: rest.length ? more / rest.length : 1,
  };
}
