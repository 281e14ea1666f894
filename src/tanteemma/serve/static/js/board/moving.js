// @ts-check
// Cards of a board by mouse, finger and keyboard: where each comes to lie, and the edit that says so.

/** @typedef {import("../map/edits.js").Edit} Edit */

/** @param {Element} card */
export const idOf = (card) => card.id.replace(/^part-/, "");

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
export const cardOf = (target) => (target instanceof Element ? target.closest(".board-card") : null);

const dataOf = (/** @type {Element | null | undefined} */ one) => /** @type {HTMLElement | null} */ (one)?.dataset ?? {};

/** Where a card lies: its area, or the card it lies under. @param {Element} board @param {Element} card @returns {Record<string, string>} */
export function placeOf(board, card) {
  const { axis = "" } = dataOf(board);
  if (!axis || board.matches(".board-plane")) return {};
  if (board.matches(".board-areas")) return { [axis]: dataOf(card.closest("[data-area]")).area ?? "" };
  return { [axis]: dataOf(card).parent ?? "" };
}

/** Cards beside this one at the same place, in order. @param {Element} board @param {Element} card */
export function beside(board, card) {
  const list = card.parentElement;
  const all = /** @type {HTMLElement[]} */ ([...(list?.querySelectorAll(":scope > .board-card") ?? [])]);
  return all.filter((one) => JSON.stringify(placeOf(board, one)) === JSON.stringify(placeOf(board, card)));
}

/** The edit that puts a card where it stands on the page now. @param {Element} board @param {Element} card @returns {Edit[]} */
export function laid(board, card) {
  const all = beside(board, card);
  const ahead = all[all.indexOf(/** @type {HTMLElement} */ (card)) - 1];
  return [{ edit: "move", id: idOf(card), place: placeOf(board, card), after: ahead ? idOf(ahead) : "" }];
}

/** Where an arrow key brings a card. @param {HTMLElement} board @param {HTMLElement} card @param {string} key @returns {Edit[]} */
export function byKey(board, card, key) {
  const all = beside(board, card);
  const at = all.indexOf(card);
  const { axis = "" } = board.dataset;
  if (key === "ArrowUp" && at > 0) return [{ edit: "move", id: idOf(card), after: at > 1 ? idOf(all[at - 2]) : "" }];
  if (key === "ArrowDown" && at < all.length - 1) return [{ edit: "move", id: idOf(card), after: idOf(all[at + 1]) }];
  if (key !== "ArrowLeft" && key !== "ArrowRight") return [];
  const forth = key === "ArrowRight";
  if (board.matches(".board-areas")) {
    const areas = [...board.querySelectorAll("[data-area]")];
    const next = areas[areas.indexOf(/** @type {Element} */ (card.closest("[data-area]"))) + (forth ? 1 : -1)];
    return next ? [{ edit: "move", id: idOf(card), place: { [axis]: dataOf(next).area } }] : [];
  }
  if (!axis) return [];
  if (forth) return at > 0 ? [{ edit: "move", id: idOf(card), place: { [axis]: idOf(all[at - 1]) } }] : [];
  const parent = card.dataset.parent ? board.querySelector(`#part-${CSS.escape(card.dataset.parent)}`) : null;
  return parent ? [{ edit: "move", id: idOf(card), place: { [axis]: dataOf(parent).parent ?? "" }, after: idOf(parent) }] : [];
}

/** While a card is dragged it stands where it would lie. @param {HTMLElement} board @param {HTMLElement} card @param {number} x @param {number} y */
export function follow(board, card, x, y) {
  const under = document.elementsFromPoint(x, y);
  const other = /** @type {HTMLElement | undefined} */ (under.find((one) => one.matches(".board-card") && one !== card && board.contains(one)));
  if (other) {
    const box = other.getBoundingClientRect();
    const wide = getComputedStyle(/** @type {Element} */ (other.parentElement)).gridAutoFlow.includes("column") || other.parentElement?.matches(".storyboard");
    const behind = wide ? x > box.left + box.width / 2 : y > box.top + box.height / 2;
    if (card.dataset.depth !== undefined) card.dataset.parent = other.dataset.parent ?? "";
    other.parentElement?.insertBefore(card, behind ? other.nextElementSibling : other);
    return;
  }
  const area = under.find((one) => one.matches("[data-area]") && board.contains(one));
  const list = area?.querySelector(".board-cards");
  if (list && !list.contains(card)) list.append(card);
}

/** The dot of a plane under the pointer as steps of its two axes. @param {SVGSVGElement} plane @param {number} x @param {number} y */
export function stepsAt(plane, x, y) {
  const point = new DOMPoint(x, y).matrixTransform(plane.getScreenCTM()?.inverse());
  const [left, top, wide, high] = ["left", "top", "width", "height"].map((name) => Number(plane.dataset[name]));
  const step = (/** @type {number} */ share) => Math.min(10, Math.max(0, Math.round(share * 10)));
  return { point, across: step((point.x - left) / wide), above: step(1 - (point.y - top) / high) };
}
