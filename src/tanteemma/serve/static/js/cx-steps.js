// @ts-check
// <cx-steps>: add, remove and (with data-earlier) move steps of a funnel or of a drawn journey.

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
    if (this.dataset.earlier) {
      item.append(this.mover(item, this.dataset.earlier, "↑", () => item.previousElementSibling?.before(item)));
      item.append(this.mover(item, this.dataset.later ?? "", "↓", () => item.nextElementSibling?.after(item)));
    }
    item.append(remove);
  }

  /** @param {HTMLElement} item @param {string} name @param {string} sign @param {() => void} move */
  mover(item, name, sign, move) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button small";
    made.textContent = sign;
    made.addEventListener("click", () => {
      move();
      this.number();
      made.focus();
    });
    made.title = name;
    made.setAttribute("aria-label", name);
    return made;
  }

  add() {
    const copy = /** @type {HTMLElement | undefined} */ (this.list?.lastElementChild?.cloneNode(true));
    if (!copy) return;
    for (const one of copy.querySelectorAll("button")) one.remove();
    for (const one of copy.querySelectorAll("select")) one.value = "";
    this.list?.append(copy);
    this.removable(copy);
    this.number();
    const select = copy.querySelector("select");
    if (!select) return;
    select.focus();
  }

  number() {
    [...(this.list?.querySelectorAll("li > label:first-child > span") ?? [])].forEach((name, place) => {
      name.textContent = `${this.dataset.step} ${place + 1}`;
    });
  }
}

customElements.define("cx-steps", Steps);
