// @ts-check
// <cx-picture>: a picture is chosen, pasted or dragged in, made small enough here, sent, and its key stands in the form.

const WIDEST = 1600;
/** Bytes: a drawing is smaller, what is larger is a photograph. */
const LARGE = 1_500_000;

class Picture extends HTMLElement {
  connectedCallback() {
    this.field = /** @type {HTMLInputElement} */ (this.querySelector("input[type=hidden]"));
    const label = document.createElement("label");
    label.className = "button small";
    label.textContent = this.dataset.label ?? "";
    const file = document.createElement("input");
    file.type = "file";
    file.accept = "image/png,image/jpeg,image/webp,image/gif";
    file.className = "hidden";
    file.addEventListener("change", () => file.files?.[0] && this.take(file.files[0]));
    label.append(file);
    this.remover = document.createElement("button");
    this.remover.type = "button";
    this.remover.className = "button small";
    this.remover.textContent = this.dataset.remove ?? "";
    this.remover.addEventListener("click", () => this.say(""));
    this.said = document.createElement("p");
    this.said.setAttribute("role", "status");
    this.append(label, this.remover, this.said);
    this.addEventListener("dragover", (event) => event.preventDefault());
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      const dropped = event.dataTransfer?.files[0];
      if (dropped) this.take(dropped);
    });
    this.paste = (/** @type {ClipboardEvent} */ event) => {
      const pasted = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
      if (pasted) this.take(pasted);
    };
    document.addEventListener("paste", this.paste);
    this.remover.hidden = !this.field.value;
  }

  disconnectedCallback() {
    if (this.paste) document.removeEventListener("paste", this.paste);
  }

  /** @param {File} file */
  async take(file) {
    if (this.said) this.said.textContent = "…";
    const headers = { "x-csrf-token": this.dataset.token ?? "", "content-type": "application/octet-stream" };
    const body = await smaller(file).catch(() => file);
    const answer = await fetch("/documents/pictures", { method: "POST", headers, body }).catch(() => null);
    const told = await answer?.json().catch(() => ({}));
    if (this.said) this.said.textContent = answer?.ok ? "" : told?.error?.message ?? "✕";
    if (answer?.ok) this.say(told.key);
  }

  /** @param {string} key */
  say(key) {
    this.field.value = key;
    this.querySelector("img")?.remove();
    if (key) {
      const shown = document.createElement("img");
      shown.src = `/documents/pictures/${key}`;
      shown.alt = "";
      this.prepend(shown);
    }
    if (this.remover) this.remover.hidden = !key;
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** A large photo in a size that a map needs, the right way up. @param {File} file @returns {Promise<Blob>} */
async function smaller(file) {
  const picture = await createImageBitmap(file);
  const share = Math.min(1, WIDEST / Math.max(picture.width, picture.height));
  if (file.type === "image/gif" || (share === 1 && file.size < 400_000 && file.type !== "image/jpeg")) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * share);
  canvas.height = Math.round(picture.height * share);
  const pen = canvas.getContext("2d");
  pen?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  if (file.type === "image/png") {
    const sharp = await written(canvas, "image/png");
    if (sharp.size <= LARGE) return sharp;
    if (pen) {
      pen.globalCompositeOperation = "destination-over"; // what is transparent is not black on a photograph
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
    }
  }
  return written(canvas, "image/jpeg");
}

/** @param {HTMLCanvasElement} canvas @param {string} type @returns {Promise<Blob>} */
function written(canvas, type) {
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("empty"))), type, 0.86));
}

customElements.define("cx-picture", Picture);
