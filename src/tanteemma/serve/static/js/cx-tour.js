// @ts-check
// <cx-tour>: five stops, each beside what it is about (data-tour="1" … "5" on the page). Arrow keys and buttons go on, Escape
// ends it; that it was seen is kept on the server. Without this script the stops stand as a list to unfold.

class Tour extends HTMLElement {
  connectedCallback() {
    this.stops = [...this.querySelectorAll("li[data-at]")].map((one) => ({
      at: /** @type {HTMLElement} */ (one).dataset.at ?? "",
      title: one.querySelector("b")?.textContent ?? "",
      text: one.querySelector("span")?.textContent ?? "",
    }));
    this.place = 0;
    this.querySelector(".tour-plain")?.toggleAttribute("hidden", true);
    const again = this.button(this.dataset.again ?? "", () => this.begin(again));
    again.classList.add("tour-again");
    this.append(again);
    this.again = again;
    document.body.addEventListener("htmx:after:settle", () => this.box?.isConnected && this.stand(String(this.place + 1)));
    if ("new" in this.dataset) this.begin(null);
  }

  disconnectedCallback() {
    this.box?.remove();
  }

  /** @param {string} words @param {() => void} pressed */
  button(words, pressed) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button small";
    made.textContent = words;
    made.addEventListener("click", pressed);
    return made;
  }

  /** @param {HTMLElement | null} from */
  begin(from) {
    this.from = from;
    this.place = 0;
    this.box?.remove();
    this.box = document.createElement("div");
    this.box.className = "tour-box";
    this.box.setAttribute("role", "dialog");
    this.box.setAttribute("aria-labelledby", "tour-title");
    this.box.tabIndex = -1;
    this.box.addEventListener("keydown", (event) => this.key(event));
    document.body.append(this.box);
    this.show(from !== null);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Escape") this.end();
    else if (event.key === "ArrowRight") this.go(1);
    else if (event.key === "ArrowLeft") this.go(-1);
    else return;
    event.preventDefault();
  }

  /** @param {number} by */
  go(by) {
    const next = this.place + by;
    if (next >= (this.stops?.length ?? 0)) return this.end();
    this.place = Math.max(0, next);
    this.show(true);
  }

  /** @param {boolean} focus */
  show(focus) {
    const stop = this.stops?.[this.place];
    if (!stop || !this.box) return;
    const title = document.createElement("h2");
    title.id = "tour-title";
    title.textContent = stop.title;
    const words = document.createElement("p");
    words.textContent = stop.text;
    const count = document.createElement("span");
    count.className = "quiet";
    count.textContent = (this.dataset.place ?? "").replace("{at}", String(this.place + 1)).replace("{of}", String(this.stops?.length));
    const row = document.createElement("p");
    row.className = "row";
    const last = this.place + 1 === this.stops?.length;
    const next = this.button((last ? this.dataset.done : this.dataset.next) ?? "", () => this.go(1));
    next.classList.add("main");
    if (this.place > 0) row.append(this.button(this.dataset.back ?? "", () => this.go(-1)));
    row.append(next);
    if (!last) row.append(this.button(this.dataset.end ?? "", () => this.end()));
    row.append(count);
    this.box.replaceChildren(title, words, row);
    this.stand(stop.at);
    if (focus) next.focus({ preventScroll: true });
  }

  /** Beside what the stop is about; at the corner where that is not on the page. @param {string} at */
  stand(at) {
    document.querySelector(".tour-here")?.classList.remove("tour-here");
    const about = document.querySelector(`[data-tour="${at}"]`);
    const box = /** @type {HTMLElement} */ (this.box);
    box.classList.toggle("tour-corner", !about);
    if (!about) return;
    about.classList.add("tour-here");
    const fixed = about.closest("header") !== null;
    if (!fixed) about.scrollIntoView({ block: "center", behavior: "auto" });
    const place = about.getBoundingClientRect();
    const below = place.bottom + 14 + box.offsetHeight < innerHeight;
    const top = below ? place.bottom + 14 : Math.max(14, innerHeight - box.offsetHeight - 20);
    box.style.top = `${top + scrollY}px`;
    box.style.left = `${Math.max(12, Math.min(place.left, innerWidth - box.offsetWidth - 16))}px`;
  }

  end() {
    document.querySelector(".tour-here")?.classList.remove("tour-here");
    this.box?.remove();
    this.from?.focus();
    const said = new FormData();
    said.set("_csrf_token", this.dataset.token ?? "");
    fetch(this.dataset.address ?? "", { method: "POST", body: new URLSearchParams(/** @type {any} */ (said)) });
  }
}

customElements.define("cx-tour", Tour);
