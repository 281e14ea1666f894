// @ts-check
// Under every chart: take it along as PNG, SVG or CSV, and copy the link to exactly what is shown.

import { button, icon } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";
/** What the style sheets paint; written into the file, because other programs do not have them. */
const PAINTED = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity",
  "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline", "visibility", "display", "stop-color", "stop-opacity",
];
const NUMBER = /^[-+−]?[\d.,\s\u00a0\u202f]+ ?%?$/;
const SHARP = 2;

/** @typedef {{title: string, png: string, svg: string, csv: string, link: string, copied: string, icons: string}} Words */

/** @param {SVGSVGElement} drawn @returns {{file: SVGSVGElement, width: number, height: number}} */
function portable(drawn) {
  const file = /** @type {SVGSVGElement} */ (drawn.cloneNode(true));
  const [from, to] = [[drawn, ...drawn.querySelectorAll("*")], [file, ...file.querySelectorAll("*")]];
  from.forEach((element, place) => {
    const style = getComputedStyle(element);
    for (const name of PAINTED) to[place].setAttribute(name, style.getPropertyValue(name));
    if (style.transform !== "none" && element !== drawn) to[place].setAttribute("transform", style.transform);
    for (const name of ["class", "style", "tabindex", "role"]) to[place].removeAttribute(name);
    const href = element.getAttribute("href");
    if (href?.startsWith("/")) to[place].setAttribute("href", new URL(href, location.href).href);
  });
  const shown = drawn.getBoundingClientRect();
  const box = drawn.viewBox.baseVal;
  const [width, height] = box && box.width ? [box.width, box.height] : [shown.width, shown.height];
  const paper = document.createElementNS(SVG, "rect");
  const place = box && box.width ? [box.x, box.y] : [0, 0];
  for (const [name, value] of [["x", place[0]], ["y", place[1]], ["width", width], ["height", height]]) paper.setAttribute(String(name), String(value));
  paper.setAttribute("fill", getComputedStyle(document.documentElement).getPropertyValue("--card").trim() || "white");
  file.prepend(paper);
  file.setAttribute("xmlns", SVG);
  file.setAttribute("width", String(width));
  file.setAttribute("height", String(height));
  return { file, width, height };
}

/** @param {Blob} content @param {string} name */
function hand(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @param {SVGSVGElement} drawn @param {string} name */
function saveSvg(drawn, name) {
  hand(new Blob([new XMLSerializer().serializeToString(portable(drawn).file)], { type: "image/svg+xml" }), `${name}.svg`);
}

/** @param {SVGSVGElement} drawn @param {string} name */
async function savePng(drawn, name) {
  const { file, width, height } = portable(drawn);
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(file))}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * SHARP), Math.round(height * SHARP)];
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((content) => content && hand(content, `${name}.png`), "image/png");
}

/** One cell: quoted where it must be; what a spreadsheet would calculate gets a mark in front. @param {string} text @param {string} comma */
function cell(text, comma) {
  const plain = text.replace(/\s+/g, " ").trim();
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(plain) && !NUMBER.test(plain) ? `'${plain}` : plain;
  return safe.includes(comma) || safe.includes('"') ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {HTMLTableElement[]} tables @param {string} name */
function saveCsv(tables, name) {
  const comma = document.documentElement.lang === "de" ? ";" : ",";
  const parts = tables.map((table) => [...table.rows].map((row) => [...row.cells].map((one) => cell(one.textContent ?? "", comma)).join(comma)).join("\r\n"));
  hand(new Blob([`\ufeff${parts.join("\r\n\r\n")}\r\n`], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
}

/** @param {Element} under @returns {string} */
function nameOf(under) {
  const heading = under.closest("section, article")?.querySelector("h1, h2, h3")?.textContent ?? document.title;
  return heading.trim().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 80) || "chart";
}

/** The drawing that belongs to this row of links: in front of it, in the same card. @param {Element} under */
function drawingOf(under) {
  for (let before = under.previousElementSibling; before; before = before.previousElementSibling) {
    const drawn = before.matches("cx-graph, figure, .finding-body") ? before.querySelector("figure svg, :scope > svg, .canvas svg, svg:not(.icon)") : null;
    if (drawn) return /** @type {SVGSVGElement} */ (drawn);
  }
  return null;
}

/** The tables of a chart; where none belongs to it alone, those of the same card. @param {Element} under @returns {HTMLTableElement[]} */
function tablesOf(under) {
  const own = under.querySelectorAll("details.as-table table");
  const found = own.length ? own : under.closest("section, article")?.querySelectorAll("table:not(form table, .under table)") ?? [];
  return /** @type {HTMLTableElement[]} */ ([...found]);
}

/** @param {Element} under @param {Words} words */
function offer(under, words) {
  const tables = () => tablesOf(under);
  const menu = document.createElement("details");
  menu.className = "save";
  const title = document.createElement("summary");
  title.append(icon(words.icons, "download"), words.title);
  const row = document.createElement("p");
  row.className = "row";
  const sign = () => icon(words.icons, "download");
  const inFront = under.previousElementSibling?.matches("cx-graph, figure") || drawingOf(under);
  if (inFront) {
    row.append(button(words.png, sign(), () => void withDrawing(under, savePng)), button(words.svg, sign(), () => void withDrawing(under, saveSvg)));
  }
  if (tables().length) row.append(button(words.csv, sign(), () => saveCsv(tables(), nameOf(under))));
  if (navigator.clipboard) {
    const copy = button(words.link, icon(words.icons, "copy"), async () => {
      const address = new URL(location.href);
      address.searchParams.delete("done");
      await navigator.clipboard.writeText(address.href);
      copy.replaceChildren(icon(words.icons, "check"), words.copied);
    });
    copy.setAttribute("aria-live", "polite");
    row.append(copy);
  }
  menu.append(title, row);
  under.append(menu);
}

/** @param {Element} under @param {(drawn: SVGSVGElement, name: string) => void | Promise<void>} save */
async function withDrawing(under, save) {
  const drawn = drawingOf(under);
  if (drawn) await save(drawn, nameOf(under));
}

/** @param {ParentNode} root */
export function offerAll(root) {
  const words = /** @type {Words} */ (JSON.parse(document.body.dataset.save ?? "{}"));
  if (!words.title) return;
  for (const under of root.querySelectorAll(".under:not([data-saved])")) {
    under.setAttribute("data-saved", "");
    offer(under, words);
  }
}
