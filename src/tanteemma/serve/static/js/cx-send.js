// @ts-check
// <cx-send>: a form is sent as soon as its select box changes.

class Send extends HTMLElement {
  connectedCallback() {
    this.querySelector("button")?.toggleAttribute("hidden", true);
    this.addEventListener("change", () => this.closest("form")?.requestSubmit());
  }
}

customElements.define("cx-send", Send);
