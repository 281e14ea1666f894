// @ts-check
// <cx-workshop data-stream="…">: everybody in a workshop sees the stop change, and what others do, without loading the page.
// `data-whole`: the whole room is shown anew with each change; else only pieces with `data-live`, so that nothing typed is lost.
// Forms with `data-quiet` are sent without leaving the page. Without this script each of them is an ordinary form.

import "./cx-timer.js";

/** @param {string} text */
const roomIn = (text) => new DOMParser().parseFromString(text, "text/html").querySelector("[data-room]");

class Workshop extends HTMLElement {
  connectedCallback() {
    this.version = 0;
    this.stop = -2;
    this.since = 0;
    this.waiting = false;
    this.leaving = false;
    this.listening = new AbortController();
    this.addEventListener("submit", (event) => this.send(event), { signal: this.listening.signal });
    this.source = new EventSource(this.dataset.stream ?? "");
    this.source.addEventListener("pulse", (event) => this.felt(JSON.parse(event.data)));
    this.source.addEventListener("error", () => this.say(this.dataset.lost ?? ""));
    this.source.addEventListener("open", () => this.say(""));
  }

  disconnectedCallback() {
    this.source?.close();
    this.listening?.abort();
  }

  get room() {
    return /** @type {HTMLElement | null} */ (this.querySelector("[data-room]"));
  }

  /** @param {string} sentence */
  say(sentence) {
    const line = this.querySelector("[data-say]");
    if (line && line.textContent !== sentence) line.textContent = sentence;
  }

  /** @param {{version: number, stop: number, since: number}} pulse */
  felt(pulse) {
    if (this.leaving) return;
    const first = this.stop === -2;
    const moved = !first && (pulse.stop !== this.stop || pulse.since !== this.since);
    const changed = !first && pulse.version !== this.version;
    Object.assign(this, pulse);
    if (pulse.stop < 0) {
      this.source?.close();
      if (moved) location.reload();
    } else if (moved || changed || first) this.look(moved || "whole" in this.dataset);
  }

  /** Ask for the page as it is now. @param {boolean} whole */
  async look(whole) {
    if (this.waiting) {
      this.again = this.again || whole;
      this.asked = true;
      return;
    }
    this.waiting = true;
    await new Promise((done) => setTimeout(done, whole && !("whole" in this.dataset) ? 0 : 150));
    try {
      const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
      const fresh = answer.ok ? roomIn(await answer.text()) : null;
      if (fresh && !this.leaving) this.show(/** @type {HTMLElement} */ (fresh), whole);
    } catch {
      this.say(this.dataset.lost ?? "");
    }
    this.waiting = false;
    if (this.asked) {
      const next = this.again ?? false;
      this.asked = this.again = false;
      this.look(next);
    }
  }

  /** @param {HTMLElement} fresh @param {boolean} whole */
  show(fresh, whole) {
    const room = this.room;
    if (!room) return;
    const moved = fresh.dataset.name !== room.dataset.name;
    if (moved) {
      location.replace(location.pathname);
      return;
    }
    if (whole) this.swap(room, fresh);
    else {
      for (const piece of fresh.querySelectorAll("[data-live]")) {
        const old = room.querySelector(`[data-live="${piece.getAttribute("data-live")}"]`);
        if (old && !old.isEqualNode(piece)) old.replaceWith(piece);
      }
    }
  }

  /** @param {HTMLElement} room @param {HTMLElement} fresh */
  swap(room, fresh) {
    if (room.isEqualNode(fresh)) return;
    const focused = document.activeElement;
    const id = focused && room.contains(focused) ? focused.id : "";
    room.replaceWith(fresh);
    if (id) document.getElementById(id)?.focus({ preventScroll: true });
  }

  /** @param {SubmitEvent} event */
  async send(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!("quiet" in form.dataset)) {
      this.leaving = true; // the answer to this form is the next page: nothing may overtake it
      return;
    }
    event.preventDefault();
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    const pairs = [...new FormData(form, button)].map(([name, value]) => [name, String(value)]);
    const options = { method: "POST", body: new URLSearchParams(pairs), headers: { accept: "text/html" } };
    try {
      const answer = await fetch(form.action, options);
      const fresh = roomIn(await answer.text());
      const room = this.room;
      if (fresh && room) this.swap(room, /** @type {HTMLElement} */ (fresh));
      else location.reload();
    } catch {
      this.say(this.dataset.lost ?? "");
    }
  }
}

customElements.define("cx-workshop", Workshop);
