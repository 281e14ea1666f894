// @ts-check
// <cx-guide>: the guide beside the page stays as somebody left it. Without this script the link inside does the same.

class CxGuide extends HTMLElement {
  connectedCallback() {
    const panel = this.querySelector("details");
    if (!panel) return;
    this.querySelector(".guide-keep")?.remove();
    panel.addEventListener("toggle", () => {
      fetch(`${this.getAttribute("keep")}?guide=${panel.open ? "open" : "closed"}`, { headers: { accept: "text/html" } }).catch(() => undefined);
    });
  }
}

customElements.define("cx-guide", CxGuide);
