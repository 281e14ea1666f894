// @ts-check
// <cx-keys>: while the focus is inside, a key presses the button that names it (data-key). Without it the buttons do.

class Keys extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select");
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const pressed = [...this.querySelectorAll("button[data-key]")].find(
        (one) => /** @type {HTMLElement} */ (one).dataset.key === event.key,
      );
      if (pressed) {
        event.preventDefault();
        /** @type {HTMLButtonElement} */ (pressed).click();
      }
    });
  }
}

customElements.define("cx-keys", Keys);
