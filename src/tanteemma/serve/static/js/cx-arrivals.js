// @ts-check
// <cx-arrivals stream="/data/live/stream">: the rows are asked for anew whenever something came, until somebody pauses.
// Without this script the page shows what came until it was loaded, and its button loads it again.

class Arrivals extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector(".arrival-rows");
    this.missed = false;
    this.paused = false;
    this.bar = document.createElement("p");
    this.bar.className = "row";
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "button";
    this.button.textContent = this.dataset.pause ?? "";
    this.button.addEventListener("click", () => this.turn());
    this.said = document.createElement("span");
    this.said.setAttribute("role", "status");
    this.bar.append(this.button, this.said);
    this.prepend(this.bar);
    this.source = new EventSource(this.getAttribute("stream") ?? "");
    this.source.addEventListener("arrived", () => this.look());
    this.source.addEventListener("open", () => this.say(""));
    this.source.addEventListener("error", () => this.say(this.dataset.lost ?? ""));
  }

  disconnectedCallback() {
    this.source?.close();
    this.bar?.remove();
  }

  look() {
    this.missed = this.paused;
    if (!this.paused) this.rows?.dispatchEvent(new CustomEvent("arrived"));
  }

  turn() {
    this.paused = !this.paused;
    if (this.button) this.button.textContent = (this.paused ? this.dataset.goOn : this.dataset.pause) ?? "";
    if (!this.paused && this.missed) this.look();
  }

  /** @param {string} sentence */
  say(sentence) {
    if (this.said) this.said.textContent = sentence;
  }
}

customElements.define("cx-arrivals", Arrivals);
