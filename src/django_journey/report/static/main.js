// What is shown is told by the address: nothing for all tests, #t12 for a test, #t12.3 for its third step.

const home = { scroll: 0, title: document.title };

async function route() {
  const [id, step] = decodeURIComponent(location.hash.slice(1)).split(".");
  const row = rowOf.get(id);
  const all = byId("all");
  const one = byId("one");
  if (!row) {
    const back = all.hidden;
    all.hidden = false;
    one.hidden = true;
    one.replaceChildren();
    document.title = home.title;
    if (back) {
      scrollTo(0, home.scroll);
      const opener = story.row && document.querySelector('a.open[href="#' + story.row.id + '"]');
      if (opener) opener.focus({ preventScroll: true });
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

setUpPreview();
setUpList();
document.documentElement.classList.add("ready");
addEventListener("hashchange", route);
wide.addEventListener("change", placePreview);
byId("one").addEventListener("keydown", moveBetweenSteps);
if (location.hash.length > 1) route();
