// @ts-check
// A presentation by keyboard: arrows and space go along the journey, Escape leaves.

/** @type {Record<string, string>} */
const ways = { ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "prev", PageUp: "prev", Escape: "up" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.key === " " && target.closest("a, button, summary, .drawing")) return;
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector(`a[rel="${ways[event.key]}"]`));
  if (!ways[event.key] || !link) return;
  event.preventDefault();
  link.click();
});
