// @ts-check
// <cx-board>: a document comes alive. Fields are kept as they are left, cards are dragged, moved by keys, written in place;
// undo, and what others change meanwhile. Without this script the same page works by its forms.

import { Edits } from "./map/edits.js";
import { Drawer } from "./map/drawer.js";
import { editsOf, refill, valueOf } from "./board/forms.js";
import { byKey, cardOf, follow, idOf, laid, stepsAt } from "./board/moving.js";

/** @typedef {import("./map/edits.js").Edit} Edit */

const DRAGS_FROM = 6;
const LEAVING_MS = 10_000;
const FRESH = ".board, .document-side, .readiness, .sheet-gaps, [aria-labelledby=score-title], .document-bar";

class CxBoard extends HTMLElement {
  connectedCallback() {
    if (this.dataset.editable === undefined) return;
    const status = this.querySelector(".map-state");
    this.edits = new Edits(this, (said) => status && (status.textContent = said));
    this.drawer = new Drawer(this, this.edits, () => this.refresh());
    for (const one of this.windows(this)) one.value = this.edits.window;
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("dblclick", (event) => this.write(cardOf(event.target)));
    this.addEventListener("keydown", (event) => this.pressed(event));
    this.addEventListener("submit", (event) => this.submitted(event));
    this.addEventListener("focusin", (event) => this.noticed(event.target));
    this.addEventListener("change", (event) => this.left(event.target));
    this.addEventListener("input", (event) => this.speak(/** @type {HTMLInputElement} */ (event.target)));
    this.addEventListener("pointerdown", (event) => this.taken(event));
    addEventListener("beforeunload", () => (this.leftAt = performance.now()));
    this.source = new EventSource(`/map/${this.dataset.key}/stream`);
    this.source.addEventListener("edited", (event) => {
      if (Number(event.data) > (this.edits?.version ?? 0) && !this.edits?.waiting) this.refresh();
    });
  }

  disconnectedCallback() {
    this.source?.close();
  }

  /** @param {ParentNode} root @returns {NodeListOf<HTMLInputElement>} */
  windows(root) {
    return root.querySelectorAll("input[name=window]");
  }

  get board() {
    return /** @type {HTMLElement | null} */ (this.querySelector(".board"));
  }

  /** Keep them; where others changed something in between, it is shown. @param {Edit[]} edits */
  async keep(edits) {
    if (!edits.length || !this.edits) return;
    const ok = await this.edits.send(edits);
    const change = edits.length === 1 && edits[0].edit === "change" && !edits[0].at;
    if (ok || !change) await this.refresh();
  }

  async refresh() {
    const answer = await fetch(`${location.pathname}?window=${this.edits?.window ?? ""}`).catch(() => null);
    if (!answer?.ok || !this.edits) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("cx-board");
    if (!fresh) return;
    this.edits.version = Math.max(this.edits.version, Number(/** @type {HTMLElement} */ (fresh).dataset.version));
    const focused = document.activeElement?.closest(".board-card, .dot");
    const mark = focused?.id ? `#${focused.id} .board-open` : focused ? `[data-dot="${/** @type {HTMLElement} */ (focused).dataset.dot}"]` : "";
    for (const one of this.windows(fresh)) one.value = this.edits.window;
    const news = fresh.querySelectorAll(FRESH);
    const olds = [...this.querySelectorAll(FRESH)];
    if (news.length !== olds.length) return this.reload();
    olds.forEach((old, place) => {
      const writes = old.contains(document.activeElement) && document.activeElement?.matches("textarea, input");
      if (!old.isEqualNode(news[place]) && !writes) old.replaceWith(news[place]);
    });
    const form = this.querySelector("form[data-document]");
    const other = fresh.querySelector("form[data-document]");
    if (form && other) refill(form, other);
    if (mark) /** @type {HTMLElement | null} */ (this.querySelector(mark))?.focus();
  }

  /** Not while the browser is on its way to another page: that way would end here. */
  reload() {
    const left = LEAVING_MS - (performance.now() - (this.leftAt ?? -LEAVING_MS));
    if (left <= 0) return location.reload();
    setTimeout(() => this.refresh(), left);
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const link = /** @type {Element} */ (event.target).closest("a.board-open");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (event.detail > 1 || this.dragged) return;
    clearTimeout(this.opening);
    // a double click writes in place: the drawer waits to see whether a second click comes
    this.opening = window.setTimeout(() => this.drawer?.open(/** @type {HTMLAnchorElement} */ (link).href, link), event.detail ? 220 : 0);
  }

  /** @param {SubmitEvent} event */
  async submitted(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.closest("dialog") || event.defaultPrevented) return;
    const back = form.dataset.undo !== undefined ? "undo" : form.dataset.redo !== undefined ? "redo" : "";
    if (back) {
      event.preventDefault();
      if (await this.edits?.back(back)) await this.refresh();
      return;
    }
    if (!form.matches("[data-add], .move form, .votes, [data-document]") || form.querySelector("[name=open]")) return;
    event.preventDefault();
    if (form.matches("[data-document]")) return this.left(document.activeElement);
    const where = form.closest("[id]")?.id;
    const adds = form.matches("[data-add]");
    const opened = form.closest(".board-card") && adds;
    await this.keep(editsOf(form, event.submitter));
    if (adds && !opened && where) /** @type {HTMLElement | null} */ (document.getElementById(where)?.querySelector(":scope > [data-add] [name='field.text']"))?.focus();
  }

  /** Which version somebody sees who begins to write. @param {EventTarget | null} target */
  noticed(target) {
    const field = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("form[data-document] .field")) : null;
    if (field) field.dataset.seen = String(this.edits?.version ?? 0);
  }

  /** One field is kept as soon as it is left. @param {EventTarget | null} target */
  async left(target) {
    const field = /** @type {HTMLInputElement} */ (target);
    const holder = /** @type {HTMLElement | null} */ (field?.closest?.("form[data-document] .field"));
    if (!holder || !field.name?.startsWith("field.")) return;
    const seen = Number(holder.dataset.seen ?? this.edits?.version ?? 0);
    holder.classList.add("unsaved");
    const ok = await this.edits?.send([{ edit: "change", at: "", field: field.name.slice(6), value: valueOf(field), seen }]);
    if (ok) holder.classList.remove("unsaved");
    holder.dataset.seen = String(this.edits?.version ?? 0);
    await this.refresh();
  }

  /** The sentence of a hypothesis says what is being typed. @param {HTMLInputElement} field */
  speak(field) {
    const said = field.name?.startsWith("field.") ? /** @type {HTMLElement | null} */ (this.querySelector(`[data-said="${field.name.slice(6)}"]`)) : null;
    if (!said) return;
    said.textContent = field.value.trim() || `[${said.dataset.label}]`;
    said.classList.toggle("unsaid", !field.value.trim());
  }

  /** Change the text of a card in place. @param {HTMLElement | null} card */
  write(card) {
    const open = /** @type {HTMLElement | null} */ (card?.querySelector(".board-open") ?? null);
    if (!card || !open || card.querySelector("textarea.inline")) return;
    clearTimeout(this.opening);
    const field = document.createElement("textarea");
    const before = open.textContent?.trim() ?? "";
    field.className = "inline";
    field.maxLength = 300;
    field.value = before;
    field.setAttribute("aria-label", before);
    const seen = this.edits?.version ?? 0;
    open.hidden = true;
    open.after(field);
    field.focus();
    field.select();
    let over = false;
    const done = (/** @type {boolean} */ keep) => {
      if (over) return;
      over = true;
      const value = field.value.trim();
      field.remove();
      open.hidden = false;
      open.focus();
      if (keep && value && value !== before) this.keep([{ edit: "change", at: idOf(card), field: "text", value, seen }]);
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
  async pressed(event) {
    const target = /** @type {Element} */ (event.target);
    const writes = target.closest("input, textarea, select, dialog");
    if (writes) return;
    if ((event.ctrlKey || event.metaKey) && ["z", "y"].includes(event.key.toLowerCase())) {
      event.preventDefault();
      if (await this.edits?.back(event.key.toLowerCase() === "y" || event.shiftKey ? "redo" : "undo")) await this.refresh();
      return;
    }
    const dot = /** @type {HTMLElement | null} */ (target.closest(".dot"));
    const card = cardOf(target);
    const arrow = event.altKey && event.key.startsWith("Arrow");
    if (dot && (arrow || event.key === "Enter")) {
      event.preventDefault();
      if (arrow) await this.keep(this.nudged(dot, event.key));
      else /** @type {HTMLElement | null} */ (this.querySelector(`#part-${dot.dataset.dot} .board-open`))?.click();
    } else if (card && event.key === "F2") {
      event.preventDefault();
      this.write(card);
    } else if (card && this.board && arrow) {
      event.preventDefault();
      await this.keep(byKey(this.board, card, event.key));
    }
  }

  /** A dot one step further. @param {HTMLElement} dot @param {string} key @returns {Edit[]} */
  nudged(dot, key) {
    const across = key === "ArrowLeft" || key === "ArrowRight";
    const now = Number(across ? dot.dataset.across : dot.dataset.above);
    const next = Math.min(10, Math.max(0, now + (key === "ArrowRight" || key === "ArrowUp" ? 1 : -1)));
    const field = (across ? this.board?.dataset.axis : this.board?.dataset.rows) ?? "";
    return next === now ? [] : [{ edit: "change", at: dot.dataset.dot, field, value: next }];
  }

  /** A card or a dot is taken: by the mouse anywhere, by a finger at its grip. @param {PointerEvent} event */
  taken(event) {
    const target = /** @type {Element} */ (event.target);
    const dot = /** @type {SVGGElement | null} */ (target.closest(".dot"));
    const card = dot ? null : cardOf(target);
    const grips = event.pointerType === "mouse" ? !target.closest("button, summary, input, select, textarea, .menu-body, q, dd") : target.closest(".grip");
    const board = this.board;
    if (event.button || !board || (!dot && (!card || !grips || board.matches(".board-plane")))) return;
    const [x, y] = [event.clientX, event.clientY];
    let at = { across: 0, above: 0 };
    this.dragged = false;
    const move = (/** @type {PointerEvent} */ now) => {
      if (!this.dragged && Math.hypot(now.clientX - x, now.clientY - y) < DRAGS_FROM) return;
      this.dragged = true;
      (dot ?? card)?.classList.add("dragged");
      now.preventDefault();
      if (dot) {
        const found = stepsAt(/** @type {SVGSVGElement} */ (dot.ownerSVGElement), now.clientX, now.clientY);
        at = found;
        dot.setAttribute("transform", `translate(${found.point.x - Number(dot.dataset.x)} ${found.point.y - Number(dot.dataset.y)})`);
      } else if (card) follow(board, card, now.clientX, now.clientY);
    };
    const drop = async () => {
      for (const [name, heard] of /** @type {[string, any][]} */ ([["pointermove", move], ["pointerup", drop], ["pointercancel", drop]])) removeEventListener(name, heard);
      (dot ?? card)?.classList.remove("dragged");
      if (!this.dragged) return;
      const { axis = "", rows = "" } = board.dataset;
      if (dot) await this.keep([{ edit: "change", at: dot.dataset.dot, field: axis, value: at.across }, { edit: "change", at: dot.dataset.dot, field: rows, value: at.above }]);
      else if (card) await this.keep(laid(board, card));
      this.dragged = false;
    };
    addEventListener("pointermove", move, { passive: false });
    addEventListener("pointerup", drop);
    addEventListener("pointercancel", drop);
  }
}

customElements.define("cx-board", CxBoard);
