// @ts-check
// <cx-replay>: a slider and a button to walk through the weeks of a map. Without this script the whole table stands there.

const STEP_MS = 450;

class Replay extends HTMLElement {
  connectedCallback() {
    this.heads = [...this.querySelectorAll("thead th.week")];
    this.rows = [...this.querySelectorAll("tbody tr")];
    const bar = document.createElement("p");
    bar.className = "row replay-bar";
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "button";
    this.button.addEventListener("click", () => this.turn());
    this.slider = document.createElement("input");
    this.slider.type = "range";
    this.slider.max = String(this.heads.length - 1);
    this.slider.value = this.slider.max;
    this.slider.setAttribute("aria-label", this.dataset.week ?? "");
    this.slider.addEventListener("input", () => this.show());
    this.said = document.createElement("strong");
    this.said.setAttribute("role", "status");
    bar.append(this.button, this.slider, this.said);
    this.prepend(bar);
    this.show();
    this.name();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  turn() {
    if (this.timer) {
      clearInterval(this.timer);
      this.timer = 0;
    } else {
      if (this.slider?.value === this.slider?.max) this.at(0);
      this.timer = window.setInterval(() => {
        if (this.slider?.value === this.slider?.max) this.turn();
        else this.at(Number(this.slider?.value) + 1);
      }, STEP_MS);
    }
    this.name();
  }

  name() {
    if (this.button) this.button.textContent = (this.timer ? this.dataset.stop : this.dataset.play) ?? "";
  }

  /** @param {number} week */
  at(week) {
    if (this.slider) this.slider.value = String(week);
    this.show();
  }

  show() {
    const week = Number(this.slider?.value);
    for (const one of this.querySelectorAll(".now")) one.classList.remove("now");
    this.heads?.[week]?.classList.add("now");
    for (const row of this.rows ?? []) row.children[week + 1]?.classList.add("now");
    if (this.said) this.said.textContent = this.heads?.[week]?.getAttribute("data-week") ?? "";
    this.heads?.[week]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

customElements.define("cx-replay", Replay);
