// @ts-check
// <cx-graph src="…"> draws the journey graph: sliders from the happy path outwards, numbers on the arrows, with and without.
// With against="…" a second graph stands in the same drawing: shares of both on every arrow, coloured where they differ (data-marks).
// With data-way="…" the steps of one person are coloured, all others grey.

import { briefly, count, duration, fill, percent } from "./numbers.js";
import { beside, edgeKey } from "./graph/beside.js";
import { layOut } from "./graph/layout.js";
import { Menu } from "./graph/menu.js";
import { draw, paint } from "./graph/paint.js";
import { choose, outwards } from "./graph/selection.js";
import { View } from "./graph/view.js";

/** @typedef {import("./graph/selection.js").Graph} Graph */
/** @typedef {import("./graph/selection.js").Link} Link */
/** @typedef {import("./graph/paint.js").Item} Item */
/** @typedef {"count" | "journeys" | "median_s" | "mean_s" | "p90_s"} Metric */

/** @type {Metric[]} */
const METRICS = ["count", "journeys", "median_s", "mean_s", "p90_s"];
const READABLE = 14;
const READABLE_SMALL = 8;
const READABLE_WAY = 20;
const NARROW = 600;
const RARE = 0.01;

class JourneyGraph extends HTMLElement {
  constructor() {
    super();
    /** @type {Metric} */
    this.metric = "count";
    /** @type {number | null} */
    this.share = null;
    this.activities = 0;
    /** @type {Item[]} */
    this.items = [];
    this.at = 0;
  }

  async connectedCallback() {
    this.texts = /** @type {Record<string, string>} */ (JSON.parse(this.dataset.texts ?? "{}"));
    this.setAttribute("aria-busy", "true");
    try {
      const asked = ["src", "against"].flatMap((name) => this.getAttribute(name) ?? []);
      const [graph, other] = await Promise.all(asked.map((address) => this.ask(address)));
      this.both = other ? beside(graph, other) : null;
      this.marks = new Set(JSON.parse(this.dataset.marks ?? "[]").map(edgeKey));
      this.way = this.dataset.way ? new Set(JSON.parse(this.dataset.way).map(edgeKey)) : null;
      this.graph = this.both?.graph ?? graph;
    } catch {
      this.textContent = this.texts.failed;
      this.removeAttribute("aria-busy");
      return;
    }
    this.ranking = outwards(this.graph);
    this.activities = this.firstActivities();
    this.build();
    this.show(true);
    this.removeAttribute("aria-busy");
    let wide = this.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(this.clientWidth - wide) > 8) {
        wide = this.clientWidth;
        this.show(true);
      }
    }).observe(this);
  }

  /** @param {string} address @returns {Promise<Graph>} */
  async ask(address) {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  /** As many touchpoints as read well: the happy path and the most frequent ones, none that hardly any journey passes. */
  firstActivities() {
    const often = this.graph?.nodes.filter((node) => node.journeys >= RARE * (this.graph?.journeys ?? 0)).length ?? 0;
    const most = this.hasAttribute("compact") || this.clientWidth < NARROW ? READABLE_SMALL : READABLE;
    const all = this.ranking?.order.length ?? 0;
    const steps = [...(this.way ?? [])].flatMap((key) => JSON.parse(key));
    const way = Math.min(READABLE_WAY, (this.ranking?.order ?? []).reduce((last, name, place) => (steps.includes(name) ? place + 1 : last), 0));
    return Math.min(all, Math.max(2, Math.min(most, often), way, this.ranking?.path.length ?? 0));
  }

  build() {
    const say = this.texts ?? {};
    this.replaceChildren();
    if (!this.hasAttribute("compact")) this.append(this.controls());
    const stage = document.createElement("div");
    stage.className = "graph-stage";
    this.svg = /** @type {SVGSVGElement} */ (draw("svg", { class: "graph-svg", role: "group", "aria-label": say.label }));
    this.root = /** @type {SVGGElement} */ (draw("g", {}, this.svg));
    const hint = document.createElement("p");
    hint.className = "hidden";
    hint.id = `${this.id || "graph"}-keys`;
    hint.textContent = say.keys;
    this.svg.setAttribute("aria-describedby", hint.id);
    stage.append(this.svg, hint, this.zoomButtons());
    this.caption = document.createElement("p");
    this.caption.className = "graph-caption";
    this.caption.setAttribute("aria-live", "polite");
    this.append(stage, this.caption);
    this.view = new View(this.svg, this.root);
    const figures = this.both ? (/** @type {Item} */ item) => Object.entries(this.figures(item)).map(([side, share]) => [say[side], share]) : undefined;
    this.menu = new Menu(stage, say, this.getAttribute("pages") ?? location.href, figures);
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("click", (event) => this.click(event));
  }

  controls() {
    const say = this.texts ?? {};
    const bar = document.createElement("div");
    bar.className = "graph-controls";
    const nodes = this.ranking?.order.length ?? 1;
    this.nodeSlider = this.slider(bar, say.activities, Math.min(2, nodes), nodes, this.activities, (value) => {
      this.activities = value;
      this.share = null;
    });
    this.edgeSlider = this.slider(bar, say.connections, 0, 100, 0, (value) => {
      this.share = value / 100;
    });
    if (this.both) return bar;
    const label = document.createElement("label");
    label.textContent = say.metric;
    const select = document.createElement("select");
    for (const metric of METRICS) select.add(new Option(say[metric], metric));
    select.addEventListener("change", () => {
      this.metric = /** @type {Metric} */ (select.value);
      this.show(false);
    });
    label.append(select);
    bar.append(label);
    return bar;
  }

  /** @param {HTMLElement} bar @param {string} text @param {number} min @param {number} max @param {number} value @param {(value: number) => void} change */
  slider(bar, text, min, max, value, change) {
    const label = document.createElement("label");
    const output = document.createElement("output");
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: String(min), max: String(max), value: String(value) });
    const name = document.createElement("span");
    name.textContent = text;
    label.append(name, output, input);
    bar.append(label);
    let waiting = 0;
    input.addEventListener("input", () => {
      change(Number(input.value));
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => this.show(true, true));
    });
    input.addEventListener("change", () => this.show(true));
    return { input, output };
  }

  zoomButtons() {
    const say = this.texts ?? {};
    const row = document.createElement("div");
    row.className = "graph-zoom";
    /** @type {[string, string, () => void][]} */
    const buttons = [
      ["plus", say.zoom_in, () => this.view?.zoom(1.25)],
      ["minus", say.zoom_out, () => this.view?.zoom(0.8)],
      ["maximize", say.fit, () => this.view?.whole()],
    ];
    for (const [icon, text, act] of buttons) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", title: text });
      button.setAttribute("aria-label", text);
      const sign = draw("svg", { class: "icon", "aria-hidden": "true" });
      draw("use", { href: `${this.getAttribute("icons")}#${icon}` }, sign);
      button.append(sign);
      button.addEventListener("click", act);
      row.append(button);
    }
    return row;
  }

  /** Choose, lay out, draw. @param {boolean} fit make the room fit the drawing @param {boolean} quick while a slider moves */
  show(fit, quick = false) {
    const { graph, ranking, root, view, texts: say } = this;
    if (!graph || !ranking || !root || !view || !say) return;
    const shown = choose(graph, ranking, this.activities, this.share);
    const time = this.metric.endsWith("_s");
    const value = (/** @type {Link} */ link) => (link.edge ? link.edge[this.metric] ?? 0 : 0);
    const largest = shown.links.reduce((most, link) => (link.from === link.to ? most : Math.max(most, value(link))), 0) || 1;
    const label = (/** @type {Link} */ link) => (this.both ? this.shares(this.both.edges.get(edgeKey(link)), link.from === link.to) : time ? briefly(value(link)) : count(value(link)));
    const drawing = layOut(shown, label, this, quick);
    const focused = this.svg?.contains(document.activeElement);
    const kind = (/** @type {Link} */ link) => (this.both ? this.side(link) : this.way ? this.onWay(link) : time ? "time" : "often");
    const under = this.both ? (/** @type {{name: string}} */ node) => this.shares(this.both?.nodes.get(node.name)) : undefined;
    this.items = paint(root, drawing, graph.journeys, { kind, under, strength: (link) => (time ? Math.log1p(value(link)) / Math.log1p(largest) : Math.sqrt(value(link) / largest)), label }, /** @type {any} */ (say));
    this.name();
    if (focused) this.items[this.at]?.element.focus();
    if (fit) view.fit(drawing, this.hasAttribute("compact") ? 0.5 : 0.62, this.hasAttribute("compact") ? 760 : 1280);
    const links = shown.links.length;
    if (this.nodeSlider) this.nodeSlider.output.textContent = fill(say.of, { shown: count(this.activities), total: count(ranking.order.length) });
    if (this.edgeSlider) {
      this.edgeSlider.output.textContent = fill(say.of, { shown: count(links), total: count(shown.possible) });
      if (this.share === null) this.edgeSlider.input.value = String(Math.round(shown.share * 100));
      this.edgeSlider.input.disabled = shown.possible === shown.needed;
    }
    if (this.caption) this.caption.textContent = fill(say.shown, { share: percent(shown.covered) });
  }

  /** The shares of both sides. @param {{one: number, other: number} | undefined} found @param {boolean} short there is little room */
  shares(found, short = false) {
    const [one, other] = [found?.one ?? 0, found?.other ?? 0];
    return short ? `${count(100 * one)} | ${count(100 * other)} %` : `${percent(one)} | ${percent(other)}`;
  }

  /** On which side is it more frequent, if that is more than chance? @param {Link} link */
  side(link) {
    const found = this.both?.edges.get(edgeKey(link));
    if (!found || !this.marks?.has(edgeKey(link))) return "same";
    return found.one > found.other ? "one" : "other";
  }

  /** Is this a step of the person whose way is shown? @param {Link} link */
  onWay(link) {
    return this.way?.has(edgeKey(link)) ? "one" : "same";
  }

  /** The figures of both sides, as texts to be filled in and as rows of the menu. @param {Item} item */
  figures(item) {
    const found = item.box ? this.both?.nodes.get(item.box.node.name) : this.both?.edges.get(edgeKey(/** @type {Link} */ (item.arrow?.link)));
    return { here: percent(found?.one ?? 0), there: percent(found?.other ?? 0) };
  }

  /** Give every box and arrow its name and its place in the order of the keys. */
  name() {
    const say = this.texts ?? {};
    this.at = Math.min(this.at, Math.max(0, this.items.length - 1));
    this.items.forEach((item, place) => {
      const { element, box, arrow } = item;
      const edge = arrow?.link.edge;
      const sides = this.both ? this.figures(item) : {};
      const name = box
        ? fill(say.node, { ...sides, name: box.node.name, events: count(box.node.events), journeys: count(box.node.journeys) })
        : edge ? fill(say.edge, { ...sides, from: edge.from, to: edge.to, count: count(edge.count), journeys: count(edge.journeys), median: duration(edge.median_s) }) : "";
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", name);
      element.setAttribute("tabindex", place === this.at ? "0" : "-1");
      if (arrow) draw("title", {}, element).textContent = name;
    });
  }

  /** @param {number} place */
  go(place) {
    this.items[this.at]?.element.setAttribute("tabindex", "-1");
    this.at = Math.max(0, Math.min(this.items.length - 1, place));
    const item = this.items[this.at];
    item?.element.setAttribute("tabindex", "0");
    item?.element.focus({ preventScroll: true });
    const point = item?.box ?? item?.arrow?.label ?? item?.arrow?.points[0];
    if (point) this.view?.reveal(point);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const view = this.view;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => this.go(this.at + 1), ArrowRight: () => this.go(this.at + 1),
      ArrowUp: () => this.go(this.at - 1), ArrowLeft: () => this.go(this.at - 1),
      Home: () => this.go(0), End: () => this.go(this.items.length - 1),
      "+": () => view?.zoom(1.25), "-": () => view?.zoom(0.8), 0: () => view?.whole(),
      Enter: () => this.open(this.items[this.at]), " ": () => this.open(this.items[this.at]),
    };
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @param {MouseEvent} event */
  click(event) {
    if (this.view?.dragged || !(event.target instanceof Element)) return;
    const element = event.target.closest("g[role=button]");
    const place = this.items.findIndex((item) => item.element === element);
    if (place < 0) return;
    this.go(place);
    this.open(this.items[place]);
  }

  /** @param {Item | undefined} item */
  open(item) {
    if (!item || !this.view) return;
    const point = item.box ? { x: item.box.x, y: item.box.y + item.box.height / 2 } : item.arrow?.label ?? item.arrow?.points[1] ?? { x: 0, y: 0 };
    const { scale, x, y } = this.view.place;
    this.menu?.open(item, { x: point.x * scale + x, y: point.y * scale + y });
  }
}

customElements.define("cx-graph", JourneyGraph);
