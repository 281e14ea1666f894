// @ts-check
// <cx-copy>: a button that copies the code inside.

import { button, icon } from "./icons.js";

class Copy extends HTMLElement {
  connectedCallback() {
    const sprite = this.getAttribute("icons");
    const copy = button(this.dataset.copy ?? "", icon(sprite, "copy"), async () => {
      await navigator.clipboard.writeText(this.querySelector("code")?.textContent ?? "");
      copy.replaceChildren(icon(sprite, "check"), this.dataset.copied ?? "");
      setTimeout(() => copy.replaceChildren(icon(sprite, "copy"), this.dataset.copy ?? ""), 2000);
    });
    copy.classList.add("copy");
    copy.setAttribute("aria-live", "polite");
    if (navigator.clipboard) this.append(copy);
  }
}

customElements.define("cx-copy", Copy);
