// @ts-check
// By finger: one that rests on a card picks it up, and lets go of it where it leaves the screen.

import { movable } from "./moving.js";

const RESTS_MS = 350;
/** So near to an edge (pixels) the map moves on under the finger, so many pixels a frame. */
const EDGE = 70;
const PACE = 9;
const STAYS_MS = 350;

/** @param {import("../cx-map.js").CxMap} map */
export function touching(map) {
  /** @type {number | undefined} */
  let timer;
  let x = 0;
  let y = 0;
  let since = 0;
  /** The map moves on while the finger stays at an edge of what is seen of it. @param {number} now */
  const moveOn = (now) => {
    if (!map.dragged) return;
    const scroller = map.querySelector(".map-scroll");
    const box = scroller?.getBoundingClientRect();
    const seen = { left: Math.max(box?.left ?? 0, 0), right: Math.min(box?.right ?? 0, innerWidth), top: Math.max(box?.top ?? 0, 0), bottom: Math.min(box?.bottom ?? 0, innerHeight) };
    const across = x < seen.left + EDGE ? -PACE : x > seen.right - EDGE ? PACE : 0;
    const along = y < seen.top + EDGE ? -PACE : y > seen.bottom - EDGE ? PACE : 0;
    if (!across && !along) since = now;
    if (now - since > STAYS_MS) {
      scroller?.scrollBy(across, along);
      scrollBy(0, y < EDGE ? -PACE : y > innerHeight - EDGE ? PACE : 0);
    }
    requestAnimationFrame(moveOn);
  };
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
    if (!x && !y) {
      since = performance.now();
      requestAnimationFrame(moveOn);
    }
    [x, y] = [clientX, clientY];
    for (const one of map.querySelectorAll(".drop-here")) one.classList.remove("drop-here");
    map.under(clientX, clientY)?.classList.add("drop-here");
  }, { passive: false });
  for (const name of ["touchend", "touchcancel"]) {
    map.addEventListener(name, (event) => {
      clearTimeout(timer);
      [x, y] = [0, 0];
      if (!map.dragged) return;
      const { clientX, clientY } = /** @type {TouchEvent} */ (event).changedTouches[0];
      const there = name === "touchend" ? map.under(clientX, clientY) : null;
      if (there) map.dropAt(there, clientX, clientY);
      else map.mark(false);
      map.dragged = null;
    });
  }
}
