// @ts-check
// <cx-search>: Ctrl+K (or ⌘K) opens the search over everything; arrow keys choose, Enter opens, Escape closes.
// Without this script its link leads to the page of the search.

class Search extends HTMLElement {
  connectedCallback() {
    this.link = this.querySelector("a");
    this.opened = (/** @type {KeyboardEvent} */ event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      this.open();
    };
    document.addEventListener("keydown", this.opened);
    this.link?.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.open();
    });
  }

  disconnectedCallback() {
    if (this.opened) document.removeEventListener("keydown", this.opened);
  }

  async open() {
    if (this.box?.open) return;
    this.box ??= this.made();
    if (!this.box.firstChild && !(await this.look(""))) {
      location.assign(this.dataset.address ?? "/search");
      return;
    }
    this.box.showModal();
    this.input?.select();
  }

  made() {
    const box = document.createElement("dialog");
    box.className = "search-box";
    box.setAttribute("aria-label", this.link?.textContent?.trim() ?? "");
    box.addEventListener("click", (event) => event.target === box && box.close());
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("input", () => {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.look(this.input?.value ?? ""), 140);
    });
    document.body.append(box);
    return box;
  }

  /** @returns {HTMLInputElement | null} */
  get input() {
    return this.box?.querySelector("input[type=search]") ?? null;
  }

  /** Ask for what was typed; an answer that was overtaken is not shown. @param {string} typed */
  async look(typed) {
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const address = `${this.dataset.address}?part=1&q=${encodeURIComponent(typed)}`;
      const answer = await fetch(address, { signal: this.asked.signal });
      if (!answer.ok) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector(".search-found");
      const now = this.box?.querySelector(".search-found");
      if (found && now) now.replaceWith(found);
      else this.box?.replaceChildren(...page.body.childNodes);
      return true;
    } catch {
      return false;
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const links = /** @type {HTMLElement[]} */ ([...(this.box?.querySelectorAll(".search-found a") ?? [])]);
    const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (event.key === "Escape") this.box?.close();
    else if (event.key === "ArrowDown") (links[at + 1] ?? links[0])?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : this.input)?.focus();
    else if (event.key === "Enter" && document.activeElement === this.input && links.length) links[0].click();
    else return;
    event.preventDefault();
  }
}

customElements.define("cx-search", Search);
