// @ts-check
// The second part of the visitor snippet, loaded only after consent: clicks, forms, errors, web vitals. Never what somebody typed.
(function (W, D) {
  "use strict";
  if (!W.emma || W.emma.more) return;
  W.emma.more = 1;
  W.emma("use", function (core) {
    var off = core.off;

    // Without consent nothing is measured, even if this part is already there.
    function on(target, names, act) {
      core.on(target, names, function (event) {
        if (core.level() > 1) act(event);
      });
    }

    function wants(what) { return off.indexOf(what) < 0; }

    // At most six steps up to an id; no places in a list, no names a machine made: they change with every build and every sort.
    function selector(element) {
      var steps = [];
      for (; element && steps.length < 6; element = element.parentNode || element.host) {
        if (!element.tagName) continue;
        var own = element.getAttribute("id"), given = element.getAttribute("data-testid") || element.getAttribute("name");
        if (own && lasting(own)) {
          steps.unshift("#" + own);
          break;
        }
        var step = element.tagName.toLowerCase();
        if (given && lasting(given)) step += "[" + given + "]";
        else step += (element.getAttribute("class") || "").split(/\s+/).filter(plain).slice(0, 2).map(function (one) {
          return "." + one;
        }).join("");
        steps.unshift(step);
      }
      return core.clean(steps.join(" > "));
    }

    function lasting(name) { return name.length < 60 && !/\d{3}|[:.]|@|^(react|radix|headlessui|mui|ember|ext|yui)[-_:]/i.test(name); }

    // Words with hyphens, no digits, no mixture of cases as hashes have it, no states that come and go.
    function plain(one) {
      return /^[a-z]{2,}([-_]{1,2}[a-z]{2,})*$/i.test(one) && !/[a-z][A-Z]\w*[a-z][A-Z]/.test(one) &&
        !/^(css|sc|jsx|svelte|is|has|ng|v)-|^(active|open|hover|focus|selected|visited|disabled)$/.test(one);
    }

    function way(event) { return event.composedPath ? event.composedPath() : [event.target]; }

    function hidden(element) { return !element || (element.closest && element.closest("[data-emma-private]")); }

    function clicks() {
      var burst = [], watched = 0;

      function where(event, element) {
        var box = element.getBoundingClientRect();
        return {
          selector: selector(element),
          x: +((event.clientX - box.left) / box.width || 0).toFixed(3),
          y: +((event.clientY - box.top) / box.height || 0).toFixed(3),
          page_x: Math.round(event.pageX),
          page_y: Math.round(event.pageY),
          width: D.documentElement.scrollWidth,
        };
      }

      // Three clicks on one spot within a second.
      function raging(event, told) {
        var now = Date.now();
        burst = burst.filter(function (one) {
          return now - one.at < 1000 && Math.abs(one.x - event.pageX) + Math.abs(one.y - event.pageY) < 40;
        });
        burst.push({ at: now, x: event.pageX, y: event.pageY });
        if (burst.length == 3) core.track("Rage click", told);
      }

      // It looks as if it did something, and for a second nothing happened.
      function dying(event, element, told) {
        var looks = element.closest("a,button,summary,[role=button]") || getComputedStyle(element).cursor == "pointer";
        if (!looks || watched || element.closest("input,select,textarea,label,video,audio,a[target],a[download],a[href^='mailto:'],a[href^='tel:']")) return;
        var url = location.href, top = W.scrollY, alive = 0;
        function lives() { alive = 1; }
        var watch = new MutationObserver(lives);
        watch.observe(D, { subtree: true, childList: true, attributes: true, characterData: true });
        var root = element.getRootNode();
        if (root != D) watch.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
        var signs = ["beforeunload", "pagehide", "submit", "scroll"];
        signs.forEach(function (sign) { W.addEventListener(sign, lives, true); });
        watched = 1;
        setTimeout(function () {
          watched = 0;
          watch.disconnect();
          signs.forEach(function (sign) { W.removeEventListener(sign, lives, true); });
          if (!alive && !D.hidden && location.href == url && W.scrollY == top && core.level() > 1) core.track("Dead click", told);
        }, 1000);
      }

      core.clicking.push(function (event, told) {
        var element = way(event)[0];
        if (!element.tagName) element = element.parentNode;
        Object.assign(told, where(event, element));
        raging(event, told);
        dying(event, element, told);
      });
    }

    function forms() {
      var known = [];

      // A password, a card, a hidden field and what is marked have no name here.
      function field(element) {
        var kind = (element.type || "").toLowerCase();
        if (!/^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName) || /^(password|hidden|submit|button|reset|image)$/.test(kind)) return;
        if (hidden(element) || /(^|\s)(cc-|.*password|one-time-code)/.test(element.getAttribute("autocomplete") || "")) return;
        if (/pass|card|cvc|cvv|iban|kreditkarte|kartennummer/i.test(element.name + element.id)) return;
        return core.clean(element.name || element.id || kind).replace(/\d{3,}/g, ":id").slice(0, 60);
      }

      function of(form) {
        var found = known.filter(function (one) { return one.form == form; })[0];
        if (!found && known.length < 50) {
          var given = form.getAttribute("data-emma") || form.getAttribute("name") || form.getAttribute("id") || "";
          found = { form: form, name: given && lasting(given) ? given : selector(form), at: Date.now(), fields: {}, last: "" };
          known.push(found);
          core.track("Form started: " + found.name, { selector: selector(form) });
        }
        return found;
      }

      function told(form) {
        return {
          seconds: Math.round((Date.now() - form.at) / 100) / 10,
          last_field: form.last,
          fields: Object.keys(form.fields).slice(0, 40).map(function (name) {
            return { name: name, seconds: Math.round(form.fields[name].ms / 100) / 10, changes: form.fields[name].changes };
          }),
        };
      }

      function settle(what, form) {
        known.splice(known.indexOf(form), 1);
        core.track(what + form.name, told(form));
      }

      on(D, "focusin focusout change", function (event) {
        var element = way(event)[0], form = element.form || (element.closest && element.closest("form"));
        var name = form && !hidden(form) && field(element), entry, one;
        if (!name || !(entry = of(form))) return;
        one = entry.fields[name] = entry.fields[name] || { ms: 0, changes: 0, since: 0 };
        entry.last = name;
        if (event.type == "change") one.changes++;
        else if (event.type == "focusin") one.since = Date.now();
        else if (one.since) {
          one.ms += Date.now() - one.since;
          one.since = 0;
        }
      });
      on(D, "submit", function (event) {
        var form = way(event)[0];
        var entry = !hidden(form) && known.filter(function (one) { return one.form == form; })[0];
        if (entry) settle("Form submitted: ", entry);
      });
      core.leaving.push(function (_, gone) {
        if (gone) known.slice().forEach(function (entry) { settle("Form abandoned: ", entry); });
      });
    }

    function errors() {
      var seen = {}, count = 0;

      // Words and quotes of a message can hold what somebody typed: quoted parts and long numbers are cut.
      function tell(message, file, line) {
        message = core.clean(("" + message).replace(/https?:\/\/\S+/g, core.address).replace(/"[^"]*"|'[^']*'/g, "…").replace(/\d{3,}/g, "…"));
        message = message.slice(0, 200);
        var place = file ? core.address(file) + ":" + (line || 0) : "";
        if (seen[message + place] || count++ > 19) return;
        seen[message + place] = 1;
        core.track("JavaScript error", { message: message, file: place });
      }

      on(W, "error", function (event) {
        if (event.message) tell(event.message, event.filename, event.lineno);
      });
      on(W, "unhandledrejection", function (event) {
        tell((event.reason && event.reason.message) || typeof event.reason);
      });
    }

    // Largest paint and first byte belong to the page that was loaded, shifts and slow answers to whichever page is open.
    function vitals() {
      var lcp, cls = 0, span = 0, first = 0, last = 0, slow = {}, loaded = 1;

      function watch(type, act, more) {
        try {
          new PerformanceObserver(function (list) {
            list.getEntries().forEach(function (entry) {
              try { act(entry); } catch (_) {}
            });
          }).observe(Object.assign({ type: type, buffered: true }, more));
        } catch (_) {}
      }

      watch("largest-contentful-paint", function (entry) { lcp = Math.round(entry.startTime); });
      watch("layout-shift", function (entry) {
        if (entry.hadRecentInput) return;
        if (entry.startTime - last > 1000 || entry.startTime - first > 5000) {
          span = 0;
          first = entry.startTime;
        }
        last = entry.startTime;
        span += entry.value;
        cls = Math.max(cls, span);
      });
      watch("event", function (entry) {
        if (entry.interactionId) slow[entry.interactionId] = Math.max(slow[entry.interactionId] || 0, entry.duration);
      }, { durationThreshold: 16 });
      core.leaving.push(function (told) {
        var waits = Object.keys(slow).map(function (one) { return slow[one]; }).sort(function (a, b) { return b - a; });
        var first_byte = performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
        if (loaded && lcp) told.lcp_ms = lcp;
        if (loaded && first_byte) told.ttfb_ms = Math.round(first_byte.responseStart);
        told.cls = +cls.toFixed(4);
        if (waits.length) told.inp_ms = Math.round(waits[Math.min(waits.length - 1, Math.floor(waits.length / 50))]);
        loaded = cls = span = 0;
        slow = {};
      });
    }

    if (wants("clicks")) clicks();
    if (wants("forms")) forms();
    if (wants("errors")) errors();
    if (wants("vitals")) vitals();
  });
})(window, document);
