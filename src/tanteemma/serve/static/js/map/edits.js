// @ts-check
// Sends edits of a document one after the other, waits while there is no connection, and asks when somebody else was quicker.

/** @typedef {{edit: string, [name: string]: unknown}} Edit */

const AGAIN_MS = 3000;
/** A server that is being started again behind a proxy. */
const AWAY = [502, 503, 504];
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

/** Ten letters; randomUUID is there on https and on this machine only. */
function newIdentity() {
  return [...crypto.getRandomValues(new Uint8Array(10))].map((one) => LETTERS[one % LETTERS.length]).join("");
}

export class Edits {
  /** @param {HTMLElement} holder what the texts, the key and the token stand on @param {(said: string) => void} say */
  constructor(holder, say) {
    this.holder = holder;
    this.say = say;
    this.version = Number(holder.dataset.version ?? 0);
    this.key = holder.dataset.key ?? "";
    this.window = sessionStorage.getItem("emma-window") ?? newIdentity();
    sessionStorage.setItem("emma-window", this.window);
    /** @type {Promise<unknown>} */
    this.last = Promise.resolve();
    this.waiting = 0;
    addEventListener("beforeunload", (event) => {
      if (this.waiting) event.preventDefault();
    });
  }

  /** One after the other, so that each sees the version of the one before. @param {Edit[]} edits @returns {Promise<boolean>} */
  send(edits) {
    const seen = this.version;
    return this.queue(() => this.post("edits", edits, Math.max(seen, this.version)));
  }

  /** Take back or do again what this window did last. @param {string} what undo or redo @returns {Promise<boolean>} */
  back(what) {
    return this.queue(() => this.post(what));
  }

  /** Where others went on from there, both texts are shown: take it back all the same, or leave it and be done with this step.
   * @param {any} error @param {string} what @returns {Promise<boolean>} */
  async chooseBack(error, what) {
    const { theirs = "", mine = "" } = error.params ?? {};
    const gone = error.code === "part_gone";
    const texts = this.holder.dataset;
    const said = { conflict: texts.conflict, theirs: texts.theirs, mine: texts.undoMine, keepTheirs: texts.undoLeave, keepMine: gone ? "" : texts.undoAnyway };
    const keep = await ask(said, gone ? texts.undoGone ?? "" : String(theirs), gone ? "" : String(mine) || (texts.undoNothing ?? ""));
    if (keep) return this.post(what, [], this.version, keep);
    this.say("");
    return false;
  }

  /** @param {() => Promise<boolean>} next @returns {Promise<boolean>} */
  queue(next) {
    this.waiting += 1;
    const sent = this.last.then(next);
    this.last = sent.catch(() => false);
    return sent.finally(() => (this.waiting -= 1));
  }

  /** @param {string} what edits, undo or redo @param {Edit[]} edits @param {number} seen @param {string} keep @returns {Promise<boolean>} */
  async post(what, edits = [], seen = this.version, keep = "") {
    this.say(this.holder.dataset.saving ?? "");
    // an id of ours: an edit whose answer was lost is not made twice
    edits = edits.map((one) => (one.edit === "add" ? { id: newIdentity(), ...one } : { seen, ...one }));
    const body = JSON.stringify(keep ? { keep, window: this.window } : { edits, window: this.window });
    const headers = { "content-type": "application/json", "x-csrf-token": this.holder.dataset.token ?? "" };
    const address = `/api/documents/${this.key}/${what}?brief=1`;
    let answer = await fetch(address, { method: "POST", headers, body }).catch(() => null);
    let again = false;
    while (!answer || AWAY.includes(answer.status)) {
      this.say(this.holder.dataset.lost ?? "");
      if (what !== "edits") return false; // whoever undoes sees what is there before they undo once more
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      again = true;
      answer = await fetch(address, { method: "POST", headers, body }).catch(() => null);
    }
    const told = await answer.json().catch(() => ({}));
    if (answer.ok || (again && told.error?.code === "part_there")) {
      this.version = Math.max(this.version, told.version ?? 0);
      this.say(this.holder.dataset.saved ?? "");
      return true;
    }
    if (answer.status === 409 && told.error?.code === "edit_conflict" && what === "edits") return this.choose(told.error, edits);
    if (answer.status === 409 && ["edit_conflict", "part_gone"].includes(told.error?.code) && what !== "edits") return this.chooseBack(told.error, what);
    this.say(told.error?.message ?? this.holder.dataset.wrong ?? "");
    return false;
  }

  /** Both texts are shown, and whoever comes second chooses. @param {any} error @param {Edit[]} edits @returns {Promise<boolean>} */
  async choose(error, edits) {
    const { theirs = "", mine = "" } = error.params ?? {};
    const keeps = await ask(this.holder.dataset, String(theirs), String(mine));
    if (keeps !== "mine") {
      this.say("");
      return false;
    }
    const newest = await fetch(`/api/documents/${this.key}`).then((found) => found.json()).catch(() => null);
    if (!newest?.version) {
      this.say(this.holder.dataset.lost ?? "");
      return this.choose(error, edits);
    }
    this.version = newest.version;
    return this.post("edits", edits.map(({ seen, ...one }) => one), newest.version);
  }
}

/** Which of the two shall stand: mine, theirs, or nobody said. Without a text to keep mine, there is none to choose.
 * @param {Record<string, string | undefined>} texts @param {string} theirs @param {string} mine @returns {Promise<string>} */
function ask(texts, theirs, mine) {
  const dialog = document.createElement("dialog");
  dialog.className = "conflict";
  const title = document.createElement("h2");
  title.textContent = texts.conflict ?? "";
  dialog.append(title, ...quote(texts.theirs ?? "", theirs), ...(texts.keepMine ? quote(texts.mine ?? "", mine) : []));
  const row = document.createElement("p");
  row.className = "row do";
  const keep = choice(texts.keepTheirs ?? "", "theirs");
  const take = choice(texts.keepMine ?? "", "mine");
  row.append(keep, ...(texts.keepMine ? [take] : []));
  dialog.append(row);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    for (const one of [keep, take]) one.addEventListener("click", () => dialog.close(one.value));
    dialog.showModal();
  });
}

/** @param {string} name @param {string} words */
function quote(name, words) {
  const head = document.createElement("p");
  head.className = "quiet";
  head.textContent = name;
  const body = document.createElement("blockquote");
  body.textContent = words || "–";
  return [head, body];
}

/** @param {string} words @param {string} value */
function choice(words, value) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = value === "mine" ? "button main" : "button";
  made.value = value;
  made.textContent = words;
  return made;
}
