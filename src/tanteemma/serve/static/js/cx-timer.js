// @ts-check
// <cx-timer data-ends="…" data-now="…">: counts down to the end by the clock of the server (`data-now` when the page was made).
// Without this script the page shows from when to when the stop goes.

class Timer extends HTMLElement {
  connectedCallback() {
    this.offset = Date.parse(this.dataset.now ?? "") - Date.now();
    this.shown = document.createElement("span");
    this.shown.className = "ws-left";
    this.shown.setAttribute("role", "timer");
    this.prepend(this.shown);
    this.beat = setInterval(() => this.show(), 500);
    this.show();
  }

  disconnectedCallback() {
    clearInterval(this.beat);
    this.shown?.remove();
  }

  show() {
    const left = Math.round((Date.parse(this.dataset.ends ?? "") - Date.now() - (this.offset ?? 0)) / 1000);
    const away = Math.abs(left);
    const minutes = Math.floor(away / 60);
    const seconds = String(away % 60).padStart(2, "0");
    this.classList.toggle("over", left < 0);
    const words = (left < 0 ? this.dataset.over : this.dataset.left) ?? "{time}";
    const text = words.replace("{time}", `${minutes}:${seconds}`);
    if (this.shown && this.shown.textContent !== text) this.shown.textContent = text;
  }
}

customElements.define("cx-timer", Timer);
