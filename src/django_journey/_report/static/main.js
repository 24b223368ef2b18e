// The URL's fragment says what is shown: nothing or #?tab=…&q=… for the list, #t4f… for a test, #t4f….3 for its third step.

const home = { scroll: 0, title: document.title };

async function route() {
  const [id, step] = location.hash.slice(1).split(".");
  const row = rowOf.get(id);
  const all = byId("all");
  const one = byId("one");
  if (!row) {
    const back = all.hidden;
    all.hidden = false;
    one.hidden = true;
    one.replaceChildren();
    document.title = home.title;
    if (id.startsWith("?") || (!back && !id)) readLink(location.hash.slice(2));
    if (back) {
      scrollTo(0, home.scroll);
      const opener = story.row && document.querySelector('a.open[href="#' + story.row.id + '"]');
      const target = home.searching ? list.fields.words : opener;
      home.searching = false;
      if (target) target.focus({ preventScroll: target === opener });
    }
    return;
  }
  if (!all.hidden) home.scroll = scrollY;
  try {
    await drawStory(row, Number(step));
  } catch (error) {
    // A browser without DecompressionStream can't open details; it says so instead of staying empty.
    one.replaceChildren(h("p", { class: "back" }, h("a", { href: "#" }, "← All tests")),
      h("p", { class: "warning", role: "alert" }, "The details of this test can't be shown by this browser: " + error));
  }
  all.hidden = true;
  one.hidden = false;
  document.title = (row.title || row.name) + " · journey report";
  scrollTo(0, 0);
  one.focus({ preventScroll: true });
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea, [contenteditable]")) return;
  const by = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const letter = event.key === "j" || event.key === "k";
  if (event.key === "/") {
    event.preventDefault();
    if (byId("one").hidden) return list.fields.words.focus();
    home.searching = true;
    location.hash = listLink();
  } else if (by && !byId("one").hidden) {
    moveBetweenSteps(event, by, letter);
  } else if (by && letter) {
    const links = [...list.body.querySelectorAll("a.open")];
    const at = links.indexOf(document.activeElement);
    (links[at + by] || (at < 0 && links[0]))?.focus();
  }
}

setUpPreview();
setUpList();
document.documentElement.classList.add("ready");
addEventListener("hashchange", route);
wide.addEventListener("change", placePreview);
addEventListener("keydown", onKey);
if (location.hash.length > 1) route();
