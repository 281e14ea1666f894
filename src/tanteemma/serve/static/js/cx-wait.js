// @ts-check
// <cx-wait data-seconds="2">: while it stands on a page, the page is looked at again after so many seconds.

class Wait extends HTMLElement {
  connectedCallback() {
    this.timer = setTimeout(() => location.reload(), 1000 * Number(this.dataset.seconds ?? 2));
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }
}

customElements.define("cx-wait", Wait);
