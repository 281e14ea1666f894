// @ts-check
// Zoom and pan: by mouse, wheel, buttons and keys.

const SMALLEST = 0.15;
const LARGEST = 3;

export class View {
  /** @param {SVGSVGElement} svg @param {SVGGElement} root */
  constructor(svg, root) {
    this.svg = svg;
    this.root = root;
    this.size = { width: 1, height: 1 };
    this.place = { scale: 1, x: 0, y: 0 };
    /** @type {{id: number, x: number, y: number, moved: boolean} | null} */
    this.drag = null;
    this.dragged = false;
    svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.down(event));
    svg.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => this.up());
  }

  apply() {
    const { scale, x, y } = this.place;
    this.root.setAttribute("transform", `translate(${x.toFixed(2)},${y.toFixed(2)}) scale(${scale.toFixed(4)})`);
  }

  /** Make room for a drawing of this size: as tall as it needs, never unreadably small; what is too wide begins at its start.
   * @param {{width: number, height: number, start: {x: number}}} size */
  fit(size, smallest = 0.62, tallest = 1280) {
    this.size = size;
    const wide = this.svg.clientWidth || this.svg.parentElement?.clientWidth || 800;
    const scale = Math.max(smallest, Math.min(1, wide / size.width, Math.max(0.72, tallest / size.height)));
    const tall = Math.max(220, Math.min(tallest, size.height * scale));
    this.svg.style.height = `${Math.ceil(tall)}px`;
    this.svg.setAttribute("viewBox", `0 0 ${wide} ${Math.ceil(tall)}`);
    this.place = { scale, x: (wide - size.width * scale) / 2, y: 0 };
    if (size.width * scale > wide) this.place.x = Math.min(0, Math.max(wide - size.width * scale, wide / 2 - size.start.x * scale));
    this.apply();
  }

  /** The whole drawing inside the room there is. */
  whole() {
    const { clientWidth: wide, clientHeight: tall } = this.svg;
    const scale = Math.max(SMALLEST, Math.min(1, wide / this.size.width, tall / this.size.height));
    this.place = { scale, x: (wide - this.size.width * scale) / 2, y: (tall - this.size.height * scale) / 2 };
    this.apply();
  }

  /** @param {number} factor @param {number} [x] @param {number} [y] */
  zoom(factor, x = this.svg.clientWidth / 2, y = this.svg.clientHeight / 2) {
    const old = this.place.scale;
    const scale = Math.max(SMALLEST, Math.min(LARGEST, old * factor));
    this.place = { scale, x: x - ((x - this.place.x) * scale) / old, y: y - ((y - this.place.y) * scale) / old };
    this.apply();
  }

  /** @param {number} x @param {number} y */
  pan(x, y) {
    this.place.x += x;
    this.place.y += y;
    this.apply();
  }

  /** Bring a drawing's point into the room. @param {{x: number, y: number}} point */
  reveal(point) {
    const { scale } = this.place;
    const [x, y] = [point.x * scale + this.place.x, point.y * scale + this.place.y];
    const edge = 60;
    const out = (/** @type {number} */ at, /** @type {number} */ room) => (at < edge ? edge - at : at > room - edge ? room - edge - at : 0);
    this.pan(out(x, this.svg.clientWidth), out(y, this.svg.clientHeight));
  }

  /** The wheel scrolls the page until the graph was clicked or Ctrl is held. @param {WheelEvent} event */
  wheel(event) {
    if (!event.ctrlKey && !this.svg.contains(document.activeElement)) return;
    event.preventDefault();
    const room = this.svg.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY * 0.0015), event.clientX - room.left, event.clientY - room.top);
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button !== 0) return;
    this.dragged = false;
    this.drag = { id: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.drag || this.drag.id !== event.pointerId) return;
    const [x, y] = [event.clientX - this.drag.x, event.clientY - this.drag.y];
    if (!this.drag.moved && Math.hypot(x, y) < 4) return;
    if (!this.drag.moved) this.svg.setPointerCapture(event.pointerId);
    this.drag = { id: event.pointerId, x: event.clientX, y: event.clientY, moved: true };
    this.dragged = true;
    this.svg.classList.add("dragging");
    this.pan(x, y);
  }

  up() {
    this.drag = null;
    this.svg.classList.remove("dragging");
  }
}
