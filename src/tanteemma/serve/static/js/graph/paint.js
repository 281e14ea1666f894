// @ts-check
// Draw boxes and arrows as SVG. Texts are set as text, never as markup.

import { BOX_WIDTH, MARK, curve } from "./layout.js";
import { count } from "../numbers.js";

/** @typedef {import("./layout.js").Drawing} Drawing */
/** @typedef {import("./layout.js").Arrow} Arrow */
/** @typedef {import("./layout.js").Box} Box */

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @param {Record<string, string | number>} attributes @param {Element | null} parent */
export function draw(name, attributes, parent = null) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  parent?.append(element);
  return element;
}

/** @param {Element} parent @param {string} text @param {Record<string, string | number>} attributes */
function write(parent, text, attributes) {
  draw("text", attributes, parent).textContent = text;
}

/** One arrow with its tip, its wide invisible handle and its number. @param {Arrow} arrow @param {Painter} painter */
function paintArrow(arrow, painter) {
  const { link } = arrow;
  const edge = link.edge;
  const strength = edge ? painter.strength(link) : 0.15;
  const thick = edge ? 1.2 + 7 * strength : 1.4;
  const tipLength = 7 + thick * 0.8;
  const { path, tip, way } = curve(arrow.points, tipLength - 1);
  const group = draw("g", { class: edge ? `arrow ${painter.kind(link)}` : "arrow mark-line" });
  draw("path", { d: path, class: "line", "stroke-width": thick.toFixed(2), "stroke-opacity": (edge ? 0.5 + 0.5 * strength : 0.5).toFixed(2) }, group);
  const half = 3 + thick * 0.6;
  const back = { x: tip.x - way.x * tipLength, y: tip.y - way.y * tipLength };
  const corner = (/** @type {number} */ side) => `${(back.x - way.y * half * side).toFixed(1)},${(back.y + way.x * half * side).toFixed(1)}`;
  draw("path", { d: `M${tip.x.toFixed(1)},${tip.y.toFixed(1)}L${corner(1)}L${corner(-1)}Z`, class: "tip", "fill-opacity": (edge ? 0.5 + 0.5 * strength : 0.6).toFixed(2) }, group);
  if (edge) draw("path", { d: path, class: "handle" }, group);
  return group;
}

/** The number on an arrow, drawn above all lines. @param {Arrow} arrow @param {Painter} painter */
function paintLabel(arrow, painter) {
  if (!arrow.label) return null;
  const text = painter.label(arrow.link);
  const wide = text.length * 6.2 + 12;
  const group = draw("g", { class: `label ${painter.kind(arrow.link)}` });
  draw("rect", { x: arrow.label.x - wide / 2, y: arrow.label.y - 9, width: wide, height: 18, rx: 9 }, group);
  write(group, text, { x: arrow.label.x, y: arrow.label.y + 4, "text-anchor": "middle" });
  return group;
}

/** How often a step repeats itself, as a pill in its box. @param {Box} box @param {import("./selection.js").Link} link @param {Painter} painter */
function paintLoop(box, link, painter) {
  const text = painter.label(link);
  const wide = text.length * 6.9 + 27;
  const right = box.width / 2 - 7;
  const middle = box.height / 2 - 18;
  const group = draw("g", { class: `arrow loop ${painter.kind(link)}` });
  draw("rect", { x: right - wide, y: middle - 8, width: wide, height: 16, rx: 8, class: "loop-shape" }, group);
  const turn = `translate(${(right - wide + 11).toFixed(1)},${middle})`;
  draw("path", { d: "M2.8,-2.6A3.9,3.9 0 1 0 3.8,0.9M3.2,-5V-2.4H0.6", class: "loop-sign", transform: turn }, group);
  write(group, text, { x: right - 8, y: middle + 4, "text-anchor": "end" });
  return group;
}

/** One box: name, number of events, and a bar for the share of journeys that pass it. @param {Box} box @param {number} journeys
 * @param {Painter} painter */
function paintBox(box, journeys, painter) {
  const group = draw("g", { class: "box" });
  const [left, top] = [-box.width / 2, -box.height / 2];
  const share = journeys ? box.node.journeys / journeys : 0;
  draw("rect", { x: left, y: top, width: box.width, height: box.height, rx: 9, class: "card-shape" }, group);
  draw("rect", { x: left + 10, y: top + box.height - 8, width: BOX_WIDTH - 20, height: 3, rx: 1.5, class: "rail" }, group);
  draw("rect", { x: left + 10, y: top + box.height - 8, width: Math.max(2, (BOX_WIDTH - 20) * share).toFixed(1), height: 3, rx: 1.5, class: "fill" }, group);
  box.lines.forEach((line, place) => {
    write(group, line, { x: left + 10, y: top + 17 + place * 15, class: "name" });
  });
  write(group, painter.under ? painter.under(box.node) : count(box.node.events), { x: left + 10, y: top + 17 + box.lines.length * 15, class: "events" });
  draw("title", {}, group).textContent = box.node.name;
  return group;
}

/** @typedef {import("./selection.js").Link} Link */
/** @typedef {{kind: (link: Link) => string, strength: (link: Link) => number, label: (link: Link) => string, under?: (node: import("./selection.js").Node) => string}} Painter
 * kind: the class of an arrow, which gives it its colour; under: what a box says below its name (else its events) */
/** @typedef {{element: SVGElement, box?: Box, arrow?: Arrow}} Item */

/**
 * Draw everything into ``root``; boxes that were there before glide to their new place.
 * @param {SVGGElement} root @param {Drawing} drawing @param {number} journeys @param {Painter} painter
 * @param {{start: string, end: string}} texts
 * @returns {Item[]} what can be chosen, each box followed by its arrows
 */
export function paint(root, drawing, journeys, painter, texts) {
  /** @type {Map<string, string>} */
  const before = new Map();
  for (const old of root.querySelectorAll("g.box")) before.set(old.getAttribute("data-name") ?? "", /** @type {SVGElement} */ (old).style.transform);
  root.replaceChildren();
  const layers = { lines: draw("g", {}, root), boxes: draw("g", {}, root), labels: draw("g", {}, root) };
  /** @type {Map<Arrow, SVGElement>} */
  const drawn = new Map();
  for (const arrow of [...drawing.arrows].reverse()) {
    const element = /** @type {SVGElement} */ (paintArrow(arrow, painter));
    layers.lines.append(element);
    drawn.set(arrow, element);
    const label = paintLabel(arrow, painter);
    if (label) {
      layers.labels.append(label);
      label.addEventListener("click", () => element.dispatchEvent(new MouseEvent("click", { bubbles: true })));
      label.addEventListener("pointerenter", () => element.classList.add("near"));
      label.addEventListener("pointerleave", () => element.classList.remove("near"));
    }
  }
  for (const [kind, at] of /** @type {["start" | "end", {x: number, y: number}][]} */ ([["start", drawing.start], ["end", drawing.end]])) {
    const mark = draw("g", { class: `mark ${kind}`, transform: `translate(${at.x.toFixed(1)},${at.y.toFixed(1)})` }, layers.boxes);
    draw("circle", { r: MARK }, mark);
    draw("path", { d: kind === "start" ? "M-3.5,-5.5L5.5,0L-3.5,5.5Z" : "M-4.5,-4.5H4.5V4.5H-4.5Z" }, mark);
    write(mark, texts[kind], { x: MARK + 7, y: 4 });
  }
  /** @type {Item[]} */
  const items = [];
  for (const box of drawing.boxes) {
    const element = /** @type {SVGElement} */ (paintBox(box, journeys, painter));
    element.setAttribute("data-name", box.node.name);
    const place = `translate(${box.x.toFixed(1)}px, ${box.y.toFixed(1)}px)`;
    element.style.transform = before.get(box.node.name) ?? place;
    layers.boxes.append(element);
    if (before.has(box.node.name)) requestAnimationFrame(() => requestAnimationFrame(() => { element.style.transform = place; }));
    items.push({ element, box });
    const loop = drawing.loops.find((link) => link.from === box.node.name);
    if (loop) {
      const pill = /** @type {SVGElement} */ (paintLoop(box, loop, painter));
      pill.style.transform = place;
      layers.boxes.append(pill);
      items.push({ element: pill, arrow: { link: loop, points: [box], label: { x: box.x, y: box.y + box.height / 2 } } });
    }
    for (const arrow of drawing.arrows) {
      if (arrow.link.edge && arrow.link.from === box.node.name) items.push({ element: /** @type {SVGElement} */ (drawn.get(arrow)), arrow });
    }
  }
  return items;
}
