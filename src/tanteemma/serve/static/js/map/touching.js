// @ts-check
// By finger: one that rests on a card picks it up, and lets go of it where it leaves the screen.

import { movable } from "./moving.js";

const RESTS_MS = 350;

/** @param {import("../cx-map.js").CxMap} map */
export function touching(map) {
  /** @type {number | undefined} */
  let timer;
  map.addEventListener("touchstart", (event) => {
    const one = movable(event.target);
    if (!one || event.touches.length > 1) return;
    timer = window.setTimeout(() => {
      map.dragged = one;
      one.classList.add("dragged");
      map.mark(true);
      navigator.vibrate?.(20);
    }, RESTS_MS);
  }, { passive: true });
  map.addEventListener("touchmove", (event) => {
    if (!map.dragged) return clearTimeout(timer);
    event.preventDefault();
    const { clientX, clientY } = event.touches[0];
    for (const one of map.querySelectorAll(".drop-here")) one.classList.remove("drop-here");
    map.under(clientX, clientY)?.classList.add("drop-here");
  }, { passive: false });
  for (const name of ["touchend", "touchcancel"]) {
    map.addEventListener(name, (event) => {
      clearTimeout(timer);
      if (!map.dragged) return;
      const { clientX, clientY } = /** @type {TouchEvent} */ (event).changedTouches[0];
      const there = name === "touchend" ? map.under(clientX, clientY) : null;
      if (there) map.dropAt(there, clientX, clientY);
      else map.mark(false);
      map.dragged = null;
    });
  }
}
