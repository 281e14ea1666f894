// @ts-check
// What the forms of a document say, as edits: the same forms work without any script.

/** @typedef {import("../map/edits.js").Edit} Edit */

/** @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} field */
export function valueOf(field) {
  if (field instanceof HTMLSelectElement && field.multiple) return [...field.selectedOptions].map((one) => one.value);
  if (field.type === "checkbox") return /** @type {HTMLInputElement} */ (field).checked;
  return field.value;
}

/** The edits of a whole form: add, move, change, remove. @param {HTMLFormElement} form @param {HTMLElement | null} by @returns {Edit[]} */
export function editsOf(form, by) {
  const said = new FormData(form, by);
  const at = String(said.get("at") ?? "");
  const begun = (/** @type {string} */ start) => Object.fromEntries([...said].filter(([name]) => name.startsWith(start)).map(([name, value]) => [name.slice(start.length), String(value)]));
  const place = begun("place.");
  const fields = begun("field.");
  const after = said.has("after") ? { after: String(said.get("after")) } : {};
  switch (said.get("edit")) {
    case "add":
      return [{ edit: "add", kind: String(said.get("kind")), place, fields, ...after }];
    case "move":
      return [{ edit: "move", id: at, place, ...after }];
    case "remove":
      return [{ edit: "remove", id: at }];
    default:
      return Object.entries(fields).map(([field, value]) => ({ edit: "change", at, field, value }));
  }
}

/** The fields of a form as they are now, where nobody is writing just now. @param {Element} form @param {Element} fresh */
export function refill(form, fresh) {
  const olds = [...form.querySelectorAll(".field")];
  const news = [...fresh.querySelectorAll(".field")];
  if (olds.length !== news.length) return;
  olds.forEach((old, place) => {
    const one = news[place];
    if (old.contains(document.activeElement) || old.matches(".unsaved") || old.isEqualNode(one)) return;
    old.replaceWith(one);
  });
  const before = [...form.querySelectorAll("input[name^='was.'], input[name=seen]")];
  for (const one of before) {
    const found = fresh.querySelector(`input[name="${/** @type {HTMLInputElement} */ (one).name}"]`);
    if (found) /** @type {HTMLInputElement} */ (one).value = /** @type {HTMLInputElement} */ (found).value;
  }
}
