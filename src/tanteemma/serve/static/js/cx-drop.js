// @ts-check
// <cx-drop>: drop a file onto the form; says when it is too large before anything is sent.

class Drop extends HTMLElement {
  connectedCallback() {
    const input = /** @type {HTMLInputElement | null} */ (this.querySelector("input[type=file]"));
    const zone = this.querySelector(".drop");
    const ask = this.querySelector(".drop-ask");
    const form = this.closest("form");
    if (!input || !zone || !ask || !form) return;
    zone.classList.add("ready");
    const largest = Number(this.dataset.largest);
    const check = () => {
      const file = input.files?.[0];
      input.setCustomValidity(file && file.size > largest ? this.dataset.tooLarge ?? "" : "");
      if (file) ask.textContent = file.name;
      if (file) input.reportValidity();
    };
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.add("over");
      });
    }
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      const files = /** @type {DragEvent} */ (event).dataTransfer?.files;
      if (!files?.length) return;
      input.files = files;
      check();
    });
    input.addEventListener("change", check);
    form.addEventListener("submit", () => {
      ask.textContent = this.dataset.busy ?? "";
      zone.classList.add("busy");
    });
  }
}

customElements.define("cx-drop", Drop);
