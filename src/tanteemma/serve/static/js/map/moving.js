// @ts-check
// Cards, phases and lanes of a map by mouse, finger and keyboard: what goes where, and the edit that says so.

/** @typedef {import("./edits.js").Edit} Edit */

/** What can be moved stands on an element with an id "part-…". @param {EventTarget | null} target @returns {HTMLElement | null} */
export function movable(target) {
  return target instanceof Element ? target.closest("[draggable=true][id^=part-]") : null;
}

/** @param {Element} one */
export const idOf = (one) => one.id.replace(/^part-/, "");

/** May this card lie in this cell? @param {HTMLElement} card @param {Element} cell */
export function fits(card, cell) {
  const holds = cell.closest("tr")?.dataset.holds ?? "card";
  return card.dataset.kind === holds;
}

/** The cell a card lies in now. @param {Element} card */
export const cellOf = (card) => /** @type {HTMLElement | null} */ (card.closest("td[data-cell]"));

/** The card that stands just below a point, null for the end. @param {Element} cell @param {number} y @param {Element} moved */
export function below(cell, y, moved) {
  const cards = [...cell.querySelectorAll(".cx-card")].filter((one) => one !== moved);
  return cards.find((one) => y < one.getBoundingClientRect().top + one.getBoundingClientRect().height / 2) ?? null;
}

/** Put a card into a cell, before another one or last. @param {HTMLElement} card @param {Element} cell @param {Element | null} before @returns {Edit[]} */
export function put(card, cell, before) {
  const list = cell.querySelector(".cx-cards");
  if (!list) return [];
  list.insertBefore(card, before);
  const place = { phase: /** @type {HTMLElement} */ (cell).dataset.phase ?? "", lane: /** @type {HTMLElement} */ (cell).dataset.lane ?? "" };
  const ahead = card.previousElementSibling;
  return [{ edit: "move", id: idOf(card), place, after: ahead ? idOf(ahead) : "" }];
}

/** A phase or a lane behind another one. @param {HTMLElement} head @param {HTMLElement} other @param {boolean} behind @returns {Edit[]} */
export function reorder(head, other, behind) {
  if (head === other || head.scope !== /** @type {HTMLTableCellElement} */ (other).scope) return [];
  const heads = siblings(other).filter((one) => one !== head);
  const at = heads.indexOf(other);
  const ahead = behind ? other : heads[at - 1];
  return [{ edit: "move", id: idOf(head), after: ahead ? idOf(ahead) : "" }];
}

/** All heads of the same direction, in order. @param {Element} head @returns {HTMLElement[]} */
export function siblings(head) {
  const across = head.getAttribute("scope") === "col";
  return [...(head.closest("table")?.querySelectorAll(across ? "thead th[id]" : "tbody th[id]") ?? [])].map((one) => /** @type {HTMLElement} */ (one));
}

/** Where an arrow key brings a card: the cell and the card it comes before. @param {HTMLElement} card @param {string} key @returns {[Element, Element | null] | null} */
export function byKey(card, key) {
  const cell = cellOf(card);
  if (!cell) return null;
  if (key === "ArrowUp" && card.previousElementSibling) return [cell, card.previousElementSibling];
  if (key === "ArrowDown" && card.nextElementSibling) return [cell, card.nextElementSibling.nextElementSibling];
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const next = key === "ArrowLeft" ? cell.previousElementSibling : cell.nextElementSibling;
    return next?.matches("td[data-cell]") ? [next, null] : null;
  }
  let row = cell.closest("tr");
  while (row) {
    row = /** @type {HTMLTableRowElement | null} */ (key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling);
    const there = row?.querySelector(`td[data-phase="${CSS.escape(cell.dataset.phase ?? "")}"]`);
    if (there && fits(card, there)) return [there, key === "ArrowUp" ? null : there.querySelector(".cx-card")];
  }
  return null;
}
