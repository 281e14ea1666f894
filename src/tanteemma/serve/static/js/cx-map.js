// @ts-check
// <cx-map>: the CX map comes alive. Drag, keys, inline text, a drawer for each card, undo, and what others change meanwhile.
// Without this script every card has its page with a form, and the map is read as it is.

import { Edits } from "./map/edits.js";
import { below, byKey, cellOf, fits, idOf, movable, put, reorder, siblings } from "./map/moving.js";
import { Drawer } from "./map/drawer.js";
import { touching } from "./map/touching.js";

const AGAIN_MS = 2000;

export class CxMap extends HTMLElement {
  /** What is being dragged. @type {HTMLElement | null} */
  dragged = null;

  connectedCallback() {
    this.status = this.querySelector(".map-state");
    this.edits = new Edits(this, (said) => this.say(said));
    this.drawer = new Drawer(this, this.edits, () => this.refresh());
    this.addEventListener("click", (event) => this.clicked(event));
    if (this.querySelector("[data-pending]")) this.refresh();
    if (this.dataset.editable === undefined) return;
    this.addEventListener("dblclick", (event) => this.write(event.target));
    this.addEventListener("keydown", (event) => this.pressed(event));
    for (const name of ["dragstart", "dragover", "dragleave", "drop", "dragend"]) {
      this.addEventListener(name, (event) => this.dragging(/** @type {DragEvent} */ (event)));
    }
    touching(this);
    for (const what of ["undo", "redo"]) {
      this.querySelector(`form[data-${what}]`)?.addEventListener("submit", (event) => {
        event.preventDefault();
        this.back(what);
      });
    }
    this.listen();
  }

  disconnectedCallback() {
    this.source?.close();
  }

  /** @param {string} said */
  say(said) {
    if (this.status) this.status.textContent = said;
  }

  listen() {
    this.source = new EventSource(`/map/${this.dataset.key}/stream`);
    this.source.addEventListener("edited", (event) => {
      if (Number(event.data) > (this.edits?.version ?? 0) && !this.edits?.waiting) this.refresh(true);
    });
    this.source.addEventListener("measured", () => this.count());
    for (const one of this.querySelectorAll("input[name=window]")) /** @type {HTMLInputElement} */ (one).value = this.edits?.window ?? "";
  }

  /** New events: the figures are asked for anew, at once and then once a second, not while somebody drags or writes. */
  count() {
    if (this.counting) return;
    this.counting = window.setTimeout(() => {
      this.counting = 0;
      this.counted = Date.now();
      this.refresh(false, true);
    }, Math.max(0, 1000 - (Date.now() - (this.counted ?? 0))));
  }

  /** The cells as they are now; only those that differ are put in. Soon: weak spots follow. @param {boolean} byOthers @param {boolean} soon */
  async refresh(byOthers = false, soon = false) {
    const grid = this.querySelector("table.cx-map[data-version]");
    if (!grid) return this.lookAgain();
    if (this.dragged || this.querySelector("textarea.inline")) {
      this.later = true; // whoever drags or writes is not disturbed
      return;
    }
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const asked = new URLSearchParams(location.search);
    asked.set("part", "grid");
    if (soon) asked.set("soon", "1");
    if (soon) this.settling ??= window.setTimeout(() => (this.settling = undefined, this.refresh()), 3000);
    const answer = await fetch(`/map/${this.dataset.key}?${asked}`).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("table.cx-map");
    const sentence = page.querySelector("[data-sentence]");
    if (sentence) this.querySelector("[data-sentence]")?.replaceWith(sentence);
    if (!fresh || !this.edits || turn !== this.turn || this.querySelector("textarea.inline")) return;
    if (Number(/** @type {HTMLElement} */ (fresh).dataset.version ?? 0) < this.edits.version) return this.refresh(byOthers);
    this.edits.version = Math.max(this.edits.version, Number(/** @type {HTMLElement} */ (fresh).dataset.version ?? 0));
    const focused = document.activeElement?.closest("[id^=part-]")?.id;
    const shape = (/** @type {Element} */ table) => [...table.querySelectorAll("th[id]")].map((one) => one.id).join();
    if (shape(grid) !== shape(fresh)) grid.replaceWith(fresh);
    else this.morph(grid, fresh, byOthers);
    grid.toggleAttribute("data-pending", fresh.hasAttribute("data-pending"));
    if (fresh.hasAttribute("data-pending")) window.setTimeout(() => this.refresh(), AGAIN_MS);
    if (focused) /** @type {HTMLElement | null} */ (document.getElementById(focused)?.querySelector(".cx-open"))?.focus();
  }

  /** Curve, wheel and list: put in anew, patiently, with the figures and with what others drew. */
  async lookAgain() {
    const old = this.querySelector("[data-look]");
    const asked = new URLSearchParams(location.search);
    asked.set("wait", "1");
    const answer = old && (await fetch(`/map/${this.dataset.key}?${asked}`).catch(() => null));
    if (!answer || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const what of ["[data-look]", "[data-sentence]"]) {
      const fresh = page.querySelector(what);
      if (fresh) this.querySelector(what)?.replaceWith(fresh);
    }
  }

  /** @param {Element} grid @param {Element} fresh @param {boolean} byOthers */
  morph(grid, fresh, byOthers) {
    for (const cell of fresh.querySelectorAll("td[data-cell], th[id], td[data-curve]")) {
      const old = cell.matches("[data-curve]") ? grid.querySelector("td[data-curve]") : document.getElementById(cell.id);
      if (!old || old.querySelector("textarea.inline") || old.isEqualNode(cell)) continue;
      old.replaceWith(cell);
      if (byOthers) cell.classList.add("just-changed");
    }
    if (byOthers) this.say(this.dataset.edited ?? "");
  }

  /** @param {string} what */
  async back(what) {
    if (await this.edits?.back(what)) await this.refresh();
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const link = /** @type {Element} */ (event.target).closest("a.cx-open, a.cx-add, a[data-drawer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (event.detail > 1) return;
    const address = /** @type {HTMLAnchorElement} */ (link).href;
    clearTimeout(this.opening);
    // a double click writes in place: the drawer waits to see whether a second click comes
    this.opening = window.setTimeout(() => this.drawer?.open(address, link), link.matches(".cx-open") && event.detail ? 220 : 0);
  }

  /** Change the text of a card in place. @param {EventTarget | null} target */
  write(target) {
    const card = movable(target);
    const text = card?.querySelector(".cx-text");
    if (!card || !text || card.querySelector("textarea") || card.dataset.kind === "feeling") return;
    clearTimeout(this.opening);
    const field = document.createElement("textarea");
    field.className = "inline";
    field.maxLength = 300;
    field.value = text.textContent?.trim() ?? "";
    field.setAttribute("aria-label", field.value);
    const before = field.value;
    const seen = this.edits?.version ?? 0;
    const open = /** @type {HTMLElement} */ (card.querySelector(".cx-open"));
    open.hidden = true;
    card.draggable = false;
    open.after(field);
    field.focus();
    field.select();
    let over = false;
    const done = async (/** @type {boolean} */ keep) => {
      if (over) return;
      over = true;
      const value = field.value.trim();
      field.remove();
      open.hidden = false;
      card.draggable = true;
      open.focus();
      if (keep && value && value !== before) {
        text.textContent = value;
        await this.edits?.send([{ edit: "change", at: idOf(card), field: "text", value, seen }]);
      } else if (!this.later) return;
      this.later = false;
      await this.refresh();
    };
    field.addEventListener("blur", () => done(true));
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") done(false);
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        done(true);
      }
    });
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const inField = /** @type {Element} */ (event.target).closest("input, textarea, select, dialog");
    if (!inField && (event.ctrlKey || event.metaKey) && ["z", "y"].includes(event.key.toLowerCase())) {
      event.preventDefault();
      this.back(event.key.toLowerCase() === "y" || event.shiftKey ? "redo" : "undo");
      return;
    }
    const one = inField ? null : movable(event.target);
    if (!one) return;
    if (event.key === "F2") {
      event.preventDefault();
      this.write(one);
    } else if (event.altKey && event.key.startsWith("Arrow")) {
      event.preventDefault();
      this.byArrow(one, event.key);
    }
  }

  /** @param {HTMLElement} one @param {string} key */
  async byArrow(one, key) {
    let edits;
    if (one.matches("th")) {
      const across = one.getAttribute("scope") === "col";
      const [back, forth] = across ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
      const heads = siblings(one);
      const other = heads[heads.indexOf(one) + (key === forth ? 1 : key === back ? -1 : heads.length)];
      edits = other ? reorder(one, other, key === forth) : [];
    } else {
      const where = byKey(one, key);
      if (where && !fits(one, where[0])) return this.say(this.dataset.cannot ?? "");
      edits = where ? put(one, ...where) : [];
    }
    if (!edits.length) return;
    /** @type {HTMLElement | null} */ (one.querySelector(".cx-open"))?.focus();
    await this.edits?.send(edits);
    await this.refresh();
    this.told(one.id);
  }

  /** Says where a card lies now, for those who do not see it. @param {string} id */
  told(id) {
    const cell = document.getElementById(id) && cellOf(/** @type {Element} */ (document.getElementById(id)));
    if (!cell) return;
    const name = (/** @type {string | undefined} */ part) => document.getElementById(`part-${part}`)?.querySelector(".cx-open")?.textContent?.trim() ?? "";
    this.say((this.dataset.moved ?? "").replace("{phase}", name(cell.dataset.phase)).replace("{lane}", name(cell.dataset.lane)));
  }

  /** @param {DragEvent} event */
  dragging(event) {
    if (event.type === "dragstart") {
      this.dragged = movable(event.target);
      if (!this.dragged) return;
      event.dataTransfer?.setData("text/plain", this.dragged.textContent?.trim() ?? "");
      this.dragged.classList.add("dragged");
      this.mark(true);
    } else if (event.type === "dragend") {
      this.mark(false);
      this.dragged = null;
    } else if (this.dragged) {
      this.over(event);
    }
  }

  /** Shows which cells a card does not fit into. @param {boolean} on */
  mark(on) {
    for (const one of this.querySelectorAll(".drop-here, .drop-before, .no-drop, .dragged")) {
      if (!on || one !== this.dragged) one.classList.remove("drop-here", "drop-before", "no-drop", "dragged");
    }
    if (!on || !this.dragged || this.dragged.matches("th")) return;
    for (const cell of this.querySelectorAll("td[data-cell]")) cell.classList.toggle("no-drop", !fits(this.dragged, cell));
  }

  /** @param {DragEvent} event */
  over(event) {
    const moved = /** @type {HTMLElement} */ (this.dragged);
    const head = moved.matches("th");
    const there = /** @type {Element} */ (event.target).closest(head ? "th[id]" : "td[data-cell]");
    for (const one of this.querySelectorAll(".drop-here, .drop-before")) one.classList.remove("drop-here", "drop-before");
    if (!there || (head ? there.getAttribute("scope") !== moved.getAttribute("scope") : !fits(moved, there))) return;
    event.preventDefault();
    if (event.type === "dragleave") return;
    if (event.type === "dragover") {
      there.classList.add("drop-here");
      if (!head) below(there, event.clientY, moved)?.classList.add("drop-before");
      return;
    }
    this.dropAt(there, event.clientX, event.clientY);
  }

  /** @param {Element} there @param {number} x @param {number} y */
  async dropAt(there, x, y) {
    const moved = this.dragged;
    this.mark(false);
    this.dragged = null;
    if (!moved) return;
    const box = there.getBoundingClientRect();
    const behind = moved.getAttribute("scope") === "col" ? x > box.left + box.width / 2 : y > box.top + box.height / 2;
    const edits = moved.matches("th") ? reorder(moved, /** @type {HTMLElement} */ (there), behind) : put(moved, there, below(there, y, moved));
    if (edits.length) await this.edits?.send(edits);
    await this.refresh();
  }

  /** Where a finger could let go. @param {number} x @param {number} y */
  under(x, y) {
    const moved = /** @type {HTMLElement} */ (this.dragged);
    const found = document.elementFromPoint(x, y);
    if (moved.matches("th")) return found?.closest(`th[scope=${moved.getAttribute("scope")}][id]`) ?? null;
    const cell = found?.closest("td[data-cell]");
    return cell && fits(moved, cell) ? cell : null;
  }
}

customElements.define("cx-map", CxMap);
