// @ts-check
// The visitor snippet of Tante Emma: tells your own server what happens on a page. Manual: docs/snippet.md
// Written for old browsers too; served without comments and indentation; with them gone at most 3 KB packed (a test measures it).
(function (W, D, N) {
  "use strict";
  var early = W.emma;
  // Two on one page count once; a browser without these has no way to send, and nothing happens.
  if ((early && early.live) || !W.fetch || !W.URL || !W.Promise || !Element.prototype.closest) return;
  var script = D.currentScript || D.querySelector("script[data-key]");
  var option = (early && early.options) || (script && script.dataset) || {};
  var host = option.host || new URL(script.src).origin;
  var params = ("" + (option.params || "")).split(",");
  var off = ("" + (option.off || "")).split(",");
  // 0: nothing, 1: without storage and without a person, 2: with consent. What is misspelt is "required".
  var begin = { cookieless: 1, auto: 2 }[option.consent] || 0;
  var level = 0, id = "", user = "", queue = [], timer = 0, wait = 2000, busy = 0, order = 0, seen = 0, spent = 0;
  var page = {}, parts = [], leaving = [], clicking = [], deepest = 0, scrolling = 0, asked = 0;

  function on(target, names, act) {
    names.split(" ").forEach(function (name) {
      target.addEventListener(name, function (event) {
        try { act(event); } catch (_) {}
      }, { capture: true, passive: true });
    });
  }

  function keep(name, value) {
    try {
      if (value === undefined) return localStorage.getItem(name);
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, value);
    } catch (_) {}
  }

  function random() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return (byte + 256).toString(16).slice(1);
    }).join("");
  }

  // No address of a person gets out, however it was packed.
  function clean(text) {
    return ("" + text).replace(/[^\s\/?&=#:;,<>"'()]+(@|%(25)*40)[^\s\/?&=#:;,<>"'()]+/gi, ":mail").slice(0, 500);
  }

  // Parameters are taken by name only, long secrets of a path are cut, of the hash only what routes.
  function address(given) {
    try {
      var url = new URL(given, location.href), kept = [];
      url.searchParams.forEach(function (value, name) {
        if (/^utm_/.test(name) || params.indexOf(name) >= 0) kept.push(name + "=" + encodeURIComponent(value));
      });
      var path = url.pathname + (/^#[!\/]/.test(url.hash) ? url.hash.split("?")[0] : "");
      path = path.replace(/(?=[a-z]*\d)[a-z\d]{20,}/gi, ":token");
      return clean(url.origin + path + (kept[0] ? "?" + kept.join("&") : ""));
    } catch (_) {
      return "";
    }
  }

  // What reads well in a graph: numbers and ids of a path become ":id".
  function named(path) {
    return path.replace(/[^\/]+/g, function (step) {
      return /^(\d+|:.*|(?=.*\d)[\da-f-]{8,})$/i.test(step) ? ":id" : step.replace(/\d{4,}/g, ":id");
    });
  }

  function record(event, own) {
    if (!level || (!own && spent++ > 200) || seen++ > 5000) return;
    if (option.sample < (id ? parseInt(id.slice(0, 8), 16) / 4294967296 : page.dice)) return;
    event.message_id = random();
    event.timestamp = new Date();
    event.ordinal = order++;
    event.channel = "web";
    event.purpose = "analytics";
    if (level > 1) event.anonymous_id = id;
    else event.visitor = "day";
    if (user) event.user_id = user;
    queue.push(JSON.parse(JSON.stringify(event)));
    if (queue.length > 300) queue.shift();
    if (queue.length > 19 && wait < 3000) send();
    else timer = timer || setTimeout(send, wait);
  }

  function track(name, properties, own) {
    record({ type: "track", event: clean(name), properties: Object.assign({ url: page.url }, properties) }, own);
  }

  function packed(batch) {
    var about = { library: { name: "emma.js", version: "1" }, language: N.language };
    if (option.sample) about.sample = +option.sample;
    return JSON.stringify({ sent_at: new Date(), context: about, batch: batch });
  }

  function send() {
    clearTimeout(timer);
    timer = 0;
    if (busy || !level || !queue[0]) return;
    var batch = queue.slice(0, 50);
    busy = 1;
    fetch(host + "/v1/beacon?key=" + option.key, { method: "POST", body: packed(batch), keepalive: true, credentials: "omit" })
      .then(function (answer) {
        if (answer.status == 429 || answer.status > 499) throw 0;
        if (answer.status == 401 || answer.status == 403) level = 0;
        queue = queue.filter(function (event) { return batch.indexOf(event) < 0; });
        wait = 2000;
      })
      .catch(function () { wait = Math.min(wait * 2, 60000); })
      .then(function () {
        busy = 0;
        if (queue[0]) timer = timer || setTimeout(send, queue[19] && wait < 3000 ? 0 : wait);
      });
  }

  // The page goes: what a beacon does not take waits in the browser, where that is allowed.
  function flush() {
    while (level && queue[0] && N.onLine !== false && N.sendBeacon) {
      if (!N.sendBeacon(host + "/v1/beacon?key=" + option.key, packed(queue.slice(0, 50)))) break;
      queue.splice(0, 50);
    }
    if (level > 1 && queue[0]) keep("emma_queue", JSON.stringify(queue.slice(-100)));
  }

  function view(name, properties) {
    leave(1);
    var url = address(location.href), path = url.replace(/^\w+:\/\/[^\/]+|\?.*/g, "").replace(/(.)\/$/, "$1");
    var meta = D.querySelector('meta[name="emma:page"]'), from = page.url || address(D.referrer || "x:");
    name = name || (meta && meta.content) || (option.names == "title" && D.title) || named(path);
    page = { url: url, at: Date.now(), dice: Math.random() };
    spent = deepest = 0;
    var told = { url: url, path: path, title: clean(D.title), referrer: from.indexOf("http") ? "" : from };
    if (W != W.top) told.frame = true;
    new URL(url).searchParams.forEach(function (value, key) { told[key] = value; });
    record({ type: "page", name: clean(name), properties: Object.assign(told, properties) }, 1);
    scrolled();
  }

  // The address is the one the page had when it was opened: after pushState the browser already names the next one.
  function leave(gone) {
    if (!page.url || level < 2) return;
    var told = { seconds: Math.round((Date.now() - page.at) / 1000), scroll: deepest };
    leaving.forEach(function (tell) { tell(told, gone); });
    if (!page.left) track("Page left", told, 1);
    page.left = 1;
  }

  function moved() {
    setTimeout(function () {
      if (level && address(location.href) != page.url) view();
    });
  }

  function scrolled() {
    scrolling = 0;
    var whole = D.documentElement;
    deepest = Math.max(deepest, Math.min(100, Math.round(((W.scrollY + W.innerHeight) / whole.scrollHeight) * 100)));
  }

  // A click that leads out of the site, to a file, or to what its page gave a name; all others are for the part "more".
  function clicked(event) {
    var way = event.composedPath ? event.composedPath() : [event.target], link, label, told = {};
    if (way.some(function (one) {
      if (!one.getAttribute) return false;
      label = label || one.getAttribute("data-emma");
      if (!link && one.tagName == "A" && /^http/.test(one.href)) link = one;
      return one.hasAttribute("data-emma-private");
    })) return;
    var click = event.type == "click", name = click && (label || (level > 1 && clicking[0] && "Click")), leads = link && new URL(link.href);
    if (leads) {
      var file = named(leads.pathname.split("/").pop());
      told.target = address(leads);
      if (link.hasAttribute("download") || /\.(pdf|docx?|xlsx?|pptx?|csv|zip|gz|dmg|exe|apk|mp[34]|ics|epub)$/i.test(file)) {
        name = label || "Download: " + file;
      } else if (leads.host != location.host) name = label || "Link to " + leads.host;
    }
    if (!name) return;
    if (click && level > 1) clicking.forEach(function (tell) { tell(event, told); });
    track(name, told);
  }

  // Parts are loaded once, and only where people agreed to more than counting pages.
  function more() {
    if (level > 1 && !asked && script && option.more != "off") {
      asked = D.createElement("script");
      asked.src = host + "/v1/snippet/emma-more.js";
      asked.crossOrigin = "anonymous";
      D.head.appendChild(asked);
    }
    if (level > 1) parts.splice(0).forEach(function (part) {
      part({ track: track, on: on, clean: clean, address: address, leaving: leaving, clicking: clicking,
        off: off, page: function () { return page; }, level: function () { return level; } });
    });
  }

  function consent(given) {
    var wanted = given == "cookieless" ? 1 : given ? 2 : 0, before = level;
    if (wanted > 1 && (N.globalPrivacyControl || N.doNotTrack == 1 || W.doNotTrack == 1)) wanted = 1;
    level = wanted;
    keep("emma_off", begin && !wanted ? 1 : null);
    if (wanted < 2) {
      keep("emma_id", null);
      keep("emma_queue", null);
      id = user = "";
      queue = [];
    } else if (!id) {
      keep("emma_id", (id = keep("emma_id") || random()));
      queue = JSON.parse(keep("emma_queue") || "[]").concat(queue);
      keep("emma_queue", null);
      if (queue[0]) timer = timer || setTimeout(send, wait);
    }
    if (level && !before) view();
    more();
  }

  var calls = {
    consent: consent,
    page: view,
    track: function (name, properties) { track(name, properties, 1); },
    identify: function (who, traits) {
      if (level < 2) return;
      user = "" + who;
      record({ type: "identify", traits: traits }, 1);
    },
    use: function (part) {
      parts.push(part);
      more();
    },
  };

  var emma = W.emma = function (call) {
    try { calls[call].apply(0, [].slice.call(arguments, 1)); } catch (_) {}
  };
  emma.live = 1;
  Object.keys(calls).forEach(function (call) { emma[call] = emma.bind(0, call); });

  function start() {
    if (begin && !keep("emma_off")) consent(begin > 1 || "cookieless");
    ((early && early.q) || []).forEach(function (call) { emma.apply(0, call); });
    ["pushState", "replaceState"].forEach(function (name) {
      var before = history[name];
      history[name] = function () {
        var answer = before.apply(this, arguments);
        moved();
        return answer;
      };
    });
    on(W, "popstate hashchange", moved);
    on(W, "online", send);
    on(W, "pageshow", function (event) { if (event.persisted && level) view(); });
    on(W, "pagehide", function () { leave(1); flush(); });
    on(D, "visibilitychange", function () { if (D.hidden) { leave(); flush(); } });
    on(W, "scroll", function () { if (level > 1) scrolling = scrolling || setTimeout(scrolled, 200); });
    on(D, "click auxclick", function (event) { if (level) clicked(event); });
  }
  if (D.prerendering) D.addEventListener("prerenderingchange", start, { once: true });
  else start();
})(window, document, navigator);
