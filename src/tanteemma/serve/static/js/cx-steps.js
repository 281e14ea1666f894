// @ts-check
// <cx-steps>: add and remove steps of the funnel.

import { button, icon } from "./icons.js";

class Steps extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    for (const item of this.list?.children ?? []) this.removable(/** @type {HTMLElement} */ (item));
    this.append(button(this.dataset.add ?? "", icon(this.getAttribute("icons"), "plus"), () => this.add()));
  }

  /** @param {HTMLElement} item */
  removable(item) {
    const remove = button("", icon(this.getAttribute("icons"), "x"), () => {
      if ((this.list?.children.length ?? 0) > 2) item.remove();
      else item.querySelector("select")?.selectedOptions[0] && (/** @type {HTMLSelectElement} */ (item.querySelector("select")).value = "");
      this.number();
    });
    remove.title = this.dataset.remove ?? "";
    remove.setAttribute("aria-label", this.dataset.remove ?? "");
    item.append(remove);
  }

  add() {
    const copy = /** @type {HTMLElement | undefined} */ (this.list?.lastElementChild?.cloneNode(true));
    if (!copy) return;
    copy.querySelector("button")?.remove();
    this.list?.append(copy);
    this.removable(copy);
    this.number();
    const select = copy.querySelector("select");
    if (!select) return;
    select.value = "";
    select.focus();
  }

  number() {
    [...(this.list?.querySelectorAll("label > span") ?? [])].forEach((name, place) => {
      name.textContent = `${this.dataset.step} ${place + 1}`;
    });
  }
}

customElements.define("cx-steps", Steps);
