// @ts-check
// The drawer beside the map: the form of a card, kept as soon as a field is left.

/** @typedef {import("./edits.js").Edits} Edits */

export class Drawer {
  /** @param {HTMLElement} holder @param {Edits} edits @param {() => Promise<void>} refresh */
  constructor(holder, edits, refresh) {
    this.holder = holder;
    this.edits = edits;
    this.refresh = refresh;
    this.dialog = document.createElement("dialog");
    this.dialog.className = "map-drawer";
    this.body = document.createElement("div");
    const close = document.createElement("button");
    close.type = "button";
    close.className = "plain close";
    close.setAttribute("aria-label", holder.dataset.close ?? "");
    close.textContent = "✕";
    close.addEventListener("click", () => this.dialog.close());
    this.dialog.append(close, this.body);
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("close", () => this.closed());
    holder.append(this.dialog);
  }

  /** @param {string} address @param {Element} opener */
  async open(address, opener) {
    const url = new URL(address, location.href);
    url.searchParams.set("alone", "1");
    url.searchParams.set("window", this.edits.window);
    const answer = await fetch(url).catch(() => null);
    if (!answer) return;
    this.opener = opener.closest("[id]")?.id;
    this.show(await answer.text());
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** @param {string} html */
  show(html) {
    this.body.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
    // @ts-expect-error htmx is loaded by the page
    window.htmx?.process(this.body);
    this.body.addEventListener("click", (event) => this.take(event));
    const title = this.body.querySelector(".part-title");
    if (title) {
      title.id = "drawer-title";
      this.dialog.setAttribute("aria-labelledby", "drawer-title");
    }
    const form = /** @type {HTMLFormElement | null} */ (this.body.querySelector("form[data-save]"));
    const isNew = form?.querySelector("[name=edit]")?.getAttribute("value") === "add";
    if (isNew) /** @type {HTMLElement | null} */ (form?.querySelector("input:not([type=hidden]), textarea"))?.focus();
    else form?.addEventListener("change", (event) => this.keep(/** @type {HTMLFormElement} */ (form), event.target));
    for (const one of this.body.querySelectorAll("form")) one.addEventListener("submit", (event) => this.submitted(event));
  }

  /** A suggested rule goes into its field. @param {Event} event */
  take(event) {
    const chosen = /** @type {Element} */ (event.target).closest("[data-rule]");
    const field = /** @type {HTMLTextAreaElement | null} */ (this.body.querySelector("[name='field.rule']"));
    if (!chosen || !field) return;
    field.value = chosen.getAttribute("data-rule") ?? "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** One field is kept as soon as it is left. @param {HTMLFormElement} form @param {EventTarget | null} target */
  async keep(form, target) {
    const field = /** @type {HTMLInputElement} */ (target);
    const at = /** @type {HTMLInputElement} */ (form.elements.namedItem("at")).value;
    const seen = Number(/** @type {HTMLInputElement} */ (form.elements.namedItem("seen")).value);
    if (field.name.startsWith("place.")) {
      const place = Object.fromEntries([...form.querySelectorAll("[name^='place.']")].map((one) => [/** @type {any} */ (one).name.slice(6), /** @type {any} */ (one).value]));
      await this.edits.send([{ edit: "move", id: at, place, seen }]);
    } else if (field.name.startsWith("field.")) {
      await this.edits.send([{ edit: "change", at, field: field.name.slice(6), value: valueOf(field), seen }]);
    }
    await this.refresh();
  }

  /** @param {SubmitEvent} event */
  async submitted(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.matches("[data-save]") && form.querySelector("[name=edit]")?.getAttribute("value") === "change") {
      this.dialog.close();
      return;
    }
    const typed = new FormData(form, event.submitter);
    if (typed.has("window")) typed.set("window", this.edits.window);
    const body = new URLSearchParams(/** @type {any} */ (typed));
    const query = form.matches("[data-save]") ? "?alone=1" : "";
    const answer = await fetch(form.action + query, { method: "POST", body }).catch(() => null);
    if (!answer?.ok) {
      const said = answer ? await answer.text() : "";
      const page = new DOMParser().parseFromString(said, "text/html");
      if (page.querySelector(".part-form")) this.show(said);
      else this.refuse(form, page.querySelector("main p, .notice")?.textContent?.trim() || this.holder.dataset[answer ? "wrong" : "lost"] || "");
      return;
    }
    await this.refresh();
    if (form.matches(".comment-form") || form.closest(".comments")) {
      const part = this.body.querySelector(".part-form")?.getAttribute("data-part");
      await this.open(`${this.holder.dataset.home ?? `/map/${this.holder.dataset.key}`}/part/${part}`, this.holder);
      return;
    }
    this.dialog.close();
  }

  /** What went wrong stands above the form; what was typed stays. @param {HTMLFormElement} form @param {string} said */
  refuse(form, said) {
    form.querySelector(".notice.refused")?.remove();
    const note = document.createElement("p");
    note.className = "notice bad refused";
    note.setAttribute("role", "alert");
    note.textContent = said;
    form.prepend(note);
  }

  closed() {
    this.body.replaceChildren();
    const opener = this.opener ? document.getElementById(this.opener) : null;
    /** @type {HTMLElement | null} */ (opener?.querySelector(".cx-open") ?? opener?.querySelector("a"))?.focus();
  }
}

/** @param {HTMLInputElement | HTMLSelectElement} field */
function valueOf(field) {
  if (field instanceof HTMLSelectElement && field.multiple) return [...field.selectedOptions].map((one) => one.value);
  if (field.type === "checkbox") return /** @type {HTMLInputElement} */ (field).checked;
  return field.value;
}
