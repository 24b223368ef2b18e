// What a step changed on the page: the page before it with the element that was used, and the lines that differ.

const BLOCKS = new Set(("ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY BUTTON CAPTION DD DETAILS DIALOG DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM "
  + "H1 H2 H3 H4 H5 H6 HEADER HR LABEL LEGEND LI MAIN NAV OL OPTION P PRE SECTION SUMMARY TABLE TBODY TD TFOOT TH THEAD TR UL").split(" "));
const UNREAD = new Set(["STYLE", "SCRIPT", "TEMPLATE", "HEAD", "OPTION"]);
const USABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=link], [role=tab], [role=menuitem], [role=option]";
const MOST_LINES = 1500;

/** Parse a stored page without loading or running anything of it. */
function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

function squeezed(text) {
  return (text || "").replace(/\s+/g, " ").trim();
}

function labelOf(field) {
  const label = field.closest("label") || (field.id && [...field.ownerDocument.querySelectorAll("label[for]")].find((each) => each.htmlFor === field.id));
  return squeezed(field.getAttribute("aria-label") || label?.firstChild?.textContent || label?.textContent || field.getAttribute("placeholder") || field.getAttribute("name"));
}

function fieldLine(field) {
  const kind = field.getAttribute("type");
  if (kind === "hidden") return "";
  const ticked = kind === "checkbox" || kind === "radio";
  const value = ticked ? (field.hasAttribute("checked") ? "ticked" : "not ticked")
    : field.tagName === "SELECT" ? [...field.selectedOptions].map((option) => squeezed(option.textContent)).join(", ")
      : field.tagName === "TEXTAREA" ? squeezed(field.textContent) : field.getAttribute("value");
  return labelOf(field) + ": " + (value || "(empty)");
}

/** The lines of a page that can be read: the texts of its blocks, and its fields with their values. */
function pageLines(html) {
  const lines = [];
  let line = "";
  const end = () => { if (squeezed(line)) lines.push(squeezed(line)); line = ""; };
  // Without recursion: a page may be nested deeper than a script's calls.
  const waiting = [parsed(html).body];
  while (waiting.length && lines.length < MOST_LINES) {
    const node = waiting.pop();
    if (node === null) end();
    else if (node.nodeType === 3) line += node.data;
    else if (node.nodeType === 1 && !UNREAD.has(node.tagName)) {
      const field = ["INPUT", "SELECT", "TEXTAREA"].includes(node.tagName);
      if (field || BLOCKS.has(node.tagName)) { end(); waiting.push(null); }
      if (field) line = fieldLine(node);
      else waiting.push(...[...node.childNodes].reverse());
    }
  }
  end();
  return lines;
}

/** The lines that only one of two pages has, in order, as [sign, line]. */
function differences(before, after) {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const [old, fresh] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const longest = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) longest[i][j] = old[i] === fresh[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
  }
  const found = [];
  for (let i = 0, j = 0; i < old.length || j < fresh.length;) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) { i++; j++; }
    else if (i < old.length && (j === fresh.length || longest[i + 1][j] >= longest[i][j + 1])) found.push(["−", old[i++]]);
    else found.push(["+", fresh[j++]]);
  }
  return found;
}

/** A style that outlines the element which a step names, if exactly one element of the page has that name. */
function outline(html, step) {
  const names = [step, ...flat(step.parts).filter((part) => part.is === "step")].flatMap(({ what }) =>
    [what, (what || "").split(" = ")[0], ...[...(what || "").matchAll(/[“"']([^”"']+)[”"']/g)].map((match) => match[1])]).map(squeezed).filter(Boolean);
  const usable = [...parsed(html).querySelectorAll(USABLE)];
  for (const name of names) {
    const called = usable.filter((each) => [squeezed(each.textContent), labelOf(each), each.getAttribute("value")].includes(name));
    if (called.length !== 1) continue;
    const path = [];
    for (let each = called[0]; each.parentElement; each = each.parentElement) path.unshift(":nth-child(" + ([...each.parentElement.children].indexOf(each) + 1) + ")");
    return "<style>:root > " + path.join(" > ") + " { outline: 3px solid #d9480f !important; outline-offset: 3px !important; }</style>";
  }
  return "";
}

async function changesBetween(before, after) {
  const [old, fresh] = await Promise.all([before, after].map((snapshot) => unpack("page-" + snapshot.page)));
  if (old === null || fresh === null) return h("p", { class: "note" }, "One of the two pages is not in this report.");
  const found = differences(pageLines(old), pageLines(fresh));
  if (!found.length) return h("p", { class: "note" }, "Nothing that can be read has changed.");
  return h("ul", { class: "changes" }, found.map(([sign, line]) => h("li", {}, h("span", { class: "unseen" }, sign === "+" ? "added: " : "removed: "),
    h(sign === "+" ? "ins" : "del", {}, line))));
}
