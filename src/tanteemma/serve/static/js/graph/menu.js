// @ts-check
// The small menu of a box or an arrow: its numbers, and "with" or "without" as links that carry the filter along.

import { count, duration } from "../numbers.js";

/** @typedef {import("./paint.js").Item} Item */

/** One connection as an address value, as the server writes it. @param {{from: string, to: string}} edge */
export const writeEdge = (edge) =>
  [edge.from, edge.to].map((name) => encodeURIComponent(name).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)).join(">");

/** The address of the page narrowed by one more condition; its opposite is taken away. @param {string} address @param {Item} item @param {boolean} wanted */
export function narrowed(address, item, wanted) {
  const url = new URL(address, location.href);
  const [yes, no, value] = item.box ? ["with", "without", item.box.node.name] : ["edge", "no_edge", writeEdge(/** @type {any} */ (item.arrow).link)];
  for (const name of [yes, no]) {
    const kept = url.searchParams.getAll(name).filter((each) => each !== value);
    url.searchParams.delete(name);
    for (const each of kept) url.searchParams.append(name, each);
  }
  url.searchParams.append(wanted ? yes : no, value);
  return url.pathname + url.search;
}

export class Menu {
  /** @param {HTMLElement} host @param {Record<string, string>} texts @param {string} address
   * @param {((item: Item) => string[][]) | undefined} figures rows of figures in place of the usual */
  constructor(host, texts, address, figures) {
    if (figures) this.figures = figures;
    this.host = host;
    this.texts = texts;
    this.address = address;
    /** @type {HTMLElement | null} */
    this.element = null;
    /** @type {SVGElement | null} */
    this.from = null;
    document.addEventListener("pointerdown", (event) => {
      if (this.element && event.target instanceof Node && !this.element.contains(event.target)) this.close(false);
    });
  }

  /** @param {Item} item */
  figures(item) {
    const say = this.texts;
    if (item.box) {
      const { events, journeys, starts, ends } = item.box.node;
      return [[say.events, count(events)], [say.journeys, count(journeys)], [say.starts, count(starts)], [say.ends, count(ends)]];
    }
    const edge = /** @type {import("./selection.js").Edge} */ (item.arrow?.link.edge);
    return [
      [say.count, count(edge.count)], [say.journeys, count(edge.journeys)], [say.median_s, duration(edge.median_s)],
      [say.mean_s, duration(edge.mean_s)], [say.p90_s, duration(edge.p90_s)],
    ];
  }

  /** @param {Item} item @param {{x: number, y: number}} at place within the host */
  open(item, at) {
    this.close(false);
    const box = document.createElement("div");
    box.className = "graph-menu";
    box.setAttribute("role", "dialog");
    const edge = item.arrow?.link;
    const name = item.box ? item.box.node.name : `${edge?.from} → ${edge?.to}`;
    box.setAttribute("aria-label", name);
    const head = document.createElement("p");
    head.className = "graph-menu-name";
    head.textContent = name;
    const list = document.createElement("dl");
    for (const [key, value] of this.figures(item)) {
      const [term, figure] = [document.createElement("dt"), document.createElement("dd")];
      [term.textContent, figure.textContent] = [key, value];
      list.append(term, figure);
    }
    const close = document.createElement("button");
    close.type = "button";
    close.className = "graph-menu-close";
    close.setAttribute("aria-label", this.texts.close);
    close.textContent = "×";
    close.addEventListener("click", () => this.close(true));
    box.append(head, close, list);
    for (const wanted of [true, false]) {
      const link = document.createElement("a");
      link.className = "button small";
      link.href = narrowed(this.address, item, wanted);
      link.textContent = wanted ? this.texts.with : this.texts.without;
      box.append(link);
    }
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close(true);
    });
    this.host.append(box);
    const left = Math.max(4, Math.min(at.x - box.offsetWidth / 2, this.host.clientWidth - box.offsetWidth - 4));
    box.style.left = `${left}px`;
    box.style.top = `${Math.max(4, Math.min(at.y + 10, this.host.clientHeight - box.offsetHeight - 4))}px`;
    this.element = box;
    this.from = item.element;
    box.querySelector("a")?.focus();
  }

  /** @param {boolean} back give the focus back to the box or arrow */
  close(back) {
    this.element?.remove();
    if (this.element && back) this.from?.focus();
    this.element = null;
  }
}
