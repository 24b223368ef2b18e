// What a step caused: requests with their redirects, SQL, mails and notes.

function statusKind(status) {
  return !status ? "none" : status < 300 ? "fine" : status < 400 ? "moved" : "wrong";
}

function chip(request) {
  return h("span", { class: "chip " + statusKind(request.status) }, h("span", { class: "method" }, request.method || "GET"), " ", String(request.status || "?"));
}

function path(url) {
  const text = url || "";
  const start = text.indexOf("//");
  const slash = start < 0 ? 0 : text.indexOf("/", start + 2);
  return slash < 0 ? text : text.slice(slash) || "/";
}

/** Tell whether a request went to the target of the previous redirect. */
function follows(before, request) {
  if (!before || !before.redirect) return false;
  try {
    // A trace may have full URLs or only paths.
    const from = new URL(before.url || "/", "http://x");
    return new URL(before.redirect, from).pathname === new URL(request.url || "/", "http://x").pathname;
  } catch {
    return false;
  }
}

/** All parts below a list of parts, the steps themselves included. */
function flat(parts) {
  return (parts || []).flatMap((part) => (part.is === "step" ? [part, ...flat(part.parts)] : [part]));
}

function pairs(entries) {
  const filled = entries.filter(([, value]) => value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && !value.length));
  return filled.length ? h("dl", { class: "pairs" }, filled.map(([name, value]) => [h("dt", {}, name),
    h("dd", {}, Array.isArray(value) ? value.map((line) => h("span", { class: "line" }, line)) : value)])) : "";
}

/** A button that copies a text. */
function copyButton(words, text) {
  const copy = async (event) => {
    const button = event.currentTarget;
    try { await navigator.clipboard.writeText(text); } catch {
      // A file has no clipboard in some browsers.
      const field = h("textarea", { class: "unseen", readonly: true });
      field.value = text;
      button.after(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    button.textContent = "Copied";
  };
  return h("button", { type: "button", class: "copy", onclick: copy }, words);
}

/** A closed part of a request's details; nothing if there is nothing to show. */
function folded(words, content, open = false) {
  return content ? h("details", { class: "more-of", open }, h("summary", {}, words), content) : "";
}

function lines(texts) {
  return (texts || []).length ? h("ul", { class: "lines" }, texts.map((text) => h("li", {}, text))) : "";
}

function block(text) {
  return text ? h("pre", { tabindex: "0" }, text) : "";
}

/** The lines that ran queries of one shape, and the values of the first of them. */
function lineage(places, values) {
  return [
    (places || []).slice(0, 3).map((place) => h("span", { class: "ran-at" }, place)),
    (values || []).length > 0 && h("details", { class: "values" }, h("summary", {}, "with " + values[0].slice(0, 80)),
      h("ol", {}, values.map((line) => h("li", {}, line)))),
  ];
}

/** A request as a command of curl; masked values stay masked. */
function curl(request) {
  const quote = (text) => "'" + String(text).replaceAll("'", "'\\''") + "'";
  const words = ["curl -X " + (request.method || "GET")];
  for (const [name, value] of Object.entries(request.headers || {})) {
    if (!["Content-Length", "Host", "Connection"].includes(name)) words.push("-H " + quote(name + ": " + value));
  }
  for (const [name, value] of Object.entries(request.posted || {})) words.push("--data-urlencode " + quote(name + "=" + value));
  if (request.sent) words.push("--data-raw " + quote(request.sent));
  const url = /^https?:/.test(request.url || "") ? request.url : "http://localhost:8000" + (request.url || "/");
  return [...words, quote(url)].join(" \\\n  ");
}

function sqlTable(request, where = "") {
  if (!request.sql) return "";
  const flagged = (request.shapes || []).filter((shape) => shape[4]);
  const words = amount(request.sql, "query", "queries") + (request.sqlms ? " in " + time(request.sqlms) : "");
  return h("details", { class: "sql", open: flagged.length > 0 },
    h("summary", {}, words, where, flagged.length > 0 && h("span", { class: "flag" }, "repeated ×" + Math.max(...flagged.map((shape) => shape[1])))),
    h("table", {}, h("caption", { class: "unseen" }, "Queries by shape"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "number" }, "Times"), h("th", { scope: "col" }, "Query"), h("th", { scope: "col", class: "number" }, "Took"))),
      h("tbody", {}, (request.shapes || []).map(([sql, times, ms, alias, again, places, values]) => h("tr", { class: again ? "again" : "" },
        h("td", { class: "number" }, "×" + times, again ? h("span", { class: "unseen" }, " repeated") : ""),
        h("td", {}, h("code", {}, sql), alias !== "default" && h("span", { class: "tag" }, alias), lineage(places, values)),
        h("td", { class: "number" }, time(ms)))))),
    copyButton("Copy SQL", (request.shapes || []).map((shape) => shape[0] + ";").join("\n")));
}

function serverTraceback(failure) {
  return h("details", { class: "trace", open: true },
    h("summary", {}, "The server raised " + (failure.type || "an exception").split(".").pop()),
    templatePlace(failure),
    h("pre", { tabindex: "0" }, tailFirst(failure.traceback) || failure.message));
}

/** A traceback with the innermost call first: the exception and its place come before the callers. */
function tailFirst(text) {
  const lines = (text || "").trimEnd().split("\n");
  const start = lines.lastIndexOf("Traceback (most recent call last):");
  if (start < 0) return text;
  const frames = [];
  let end = start + 1;
  for (; end < lines.length && /^ /.test(lines[end]); end++) {
    if (/^  File "/.test(lines[end])) frames.push([]);
    if (frames.length) frames[frames.length - 1].push(lines[end]);
  }
  const earlier = lines.slice(0, start).join("\n").trim();
  return [...lines.slice(end), ...frames.reverse().flat(), ...(earlier ? ["", "It came of:", "", earlier] : [])].join("\n");
}

/** Tell whether a request has what a reader looks for; it is open then. */
function tells(request) {
  return Boolean(request.failure || request.posted || request.sent || request.errors || (request.shapes || []).some((shape) => shape[4]));
}

function requestPart(request, followed) {
  const details = [
    pairs([
      ["view", request.view && h("code", {}, request.view)],
      ["URL name", request.name && h("code", {}, request.name)],
      ["pattern", request.route && h("code", {}, request.route)],
      ["arguments", request.kwargs && Object.entries(request.kwargs).map(([name, value]) => name + " = " + value)],
      ["as", request.user],
      ["templates", request.templates],
      ["answer", [request.type, bytes(request.size), time(request.ms)].filter(Boolean).join(" · ")],
    ]),
    folded("What was posted", pairs([...Object.entries(request.posted || {}), ["files", request.files]]), true),
    folded("What was sent", block(request.sent), true),
    folded("What was answered", block(request.answered), true),
    folded("Session changed", lines(request.session), true),
    folded("Rows written", lines(request.rows), true),
    sqlTable(request),
    folded("Template context", lines(request.context)),
    folded("Request headers", pairs(Object.entries(request.headers || {}))),
    folded("Response headers", pairs(Object.entries(request.reply || {}))),
    copyButton("Copy as curl", curl(request)),
  ];
  return h("div", { class: "request" + (followed ? " followed" : "") + (request.in ? " nested" : "") },
    h("details", { class: "wire", open: tells(request) },
      h("summary", {}, chip(request), h("span", { class: "path" }, path(request.url)),
        h("span", { class: "meta" }, request.view ? request.view.split(".").slice(-1)[0] : "no view",
          request.sql ? " · " + amount(request.sql, "query", "queries") : "", request.ms ? " · " + time(request.ms) : "",
          (request.shapes || []).some((shape) => shape[4]) && h("span", { class: "flag" }, "repeated"))),
      h("div", { class: "inner" }, details)),
    request.in ? h("p", { class: "said" }, "made by the site itself while it answered request " + request.in) : "",
    request.redirect && h("p", { class: "said" }, "redirects to ", h("code", {}, request.redirect)),
    (request.errors || []).map((line) => h("p", { class: "said wrong" }, "form error – " + line)),
    (request.messages || []).map((line) => h("p", { class: "said" }, "message – " + line)),
    request.failure && serverTraceback(request.failure));
}

function mailPart(mail, open) {
  const people = (list) => (list || []).join(", ");
  const body = h("div", { class: "mail-body" });
  const show = (kind) => {
    body.replaceChildren(kind === "html" ? mailFrame(mail.html, mail.subject) : h("pre", { tabindex: "0" }, mail.text || ""));
  };
  const both = mail.html && mail.text;
  const switcher = both && h("span", { class: "switch", role: "group", "aria-label": "Form of the mail" },
    ["html", "text"].map((kind) => h("button", { type: "button", "aria-pressed": String(kind === "html"), onclick: (event) => {
      for (const button of event.target.parentNode.children) button.setAttribute("aria-pressed", String(button === event.target));
      show(kind);
    } }, kind === "html" ? "As it looks" : "Text")));
  const box = h("details", { class: "mail" + (mail.of ? " owned" : ""), open },
    h("summary", {}, h("span", { class: "topic" }, "mail"), h("span", { class: "path" }, mail.subject || "(no subject)"),
      h("span", { class: "meta" }, "to " + people(mail.to))),
    h("div", { class: "inner" },
      pairs([["from", mail.from], ["to", people(mail.to)], ["cc", people(mail.cc)], ["bcc", people(mail.bcc)], ["attached", mail.attachments]]),
      switcher, body));
  box.addEventListener("toggle", () => { if (box.open && !body.hasChildNodes()) show(mail.html ? "html" : "text"); });
  return box;
}

function mailFrame(html, title) {
  const frame = h("iframe", { class: "mail-frame", sandbox: "", title: "Mail: " + (title || ""), loading: "lazy", referrerpolicy: "no-referrer" });
  frame.srcdoc = html;
  return frame;
}

/** A video or a trace in the report's folder is a relative link, so the folder can be moved. */
function datum(name, value) {
  if (typeof value === "string" && value.includes("\n")) return block(value);
  if (name === "file" && Object.hasOwn(files, value)) return h("a", { href: files[value], target: "_blank", rel: "noreferrer" }, decodeURIComponent(files[value]));
  return typeof value === "string" ? value : h("code", {}, JSON.stringify(value));
}

function notePart(note, open) {
  const data = Object.entries(note.data || {});
  const line = [h("span", { class: "topic" }, (note.topic || "note").replaceAll("_", " ")), h("span", { class: "path" }, note.title)];
  const owned = note.of ? " owned" : "";
  if (!data.length) return h("div", { class: "remark" + owned }, line);
  return h("details", { class: "remark" + owned, open }, h("summary", {}, line), h("div", { class: "inner" },
    pairs(data.map(([name, value]) => [name, datum(name, value)]))));
}

/** The four parts of a failure, one under the other. */
function failureBox(failure, heading) {
  const four = failure.sought || failure.nearest || failure.instead;
  return h("section", { class: "failure", "aria-label": heading },
    h("p", { class: "failure-head" }, heading, " ", h("code", {}, (failure.type || "").split(".").pop())),
    four
      ? h("dl", { class: "four" },
        h("dt", {}, "Sought"), h("dd", {}, failure.sought || failure.message),
        failure.where && [h("dt", {}, "Where"), h("dd", {}, failure.where)],
        (failure.nearest || []).length > 0 && [h("dt", {}, "Nearest"), h("dd", {}, h("ul", {}, failure.nearest.map((line) => h("li", {}, line))))],
        failure.instead && [h("dt", {}, "Instead"), h("dd", { class: "instead" }, failure.instead)])
      : h("pre", { tabindex: "0" }, failure.message),
    templatePlace(failure),
    failure.traceback && h("details", { class: "trace" }, h("summary", {}, "Traceback"), h("pre", { tabindex: "0" }, failure.traceback)));
}

/** The line of the template that raised, among its neighbours. */
function templatePlace(failure) {
  return (failure.template || []).length > 0 && h("pre", { class: "template", tabindex: "0" }, failure.template.join("\n"));
}

/** What led to a failure: the last responses, with their errors and messages. */
function ledBox(lines) {
  return h("section", { class: "led", "aria-label": "What led there" }, h("h2", {}, "What led there"), h("pre", { tabindex: "0" }, lines.join("\n")));
}
