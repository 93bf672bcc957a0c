// Streamlit 1.67 draws a table on a canvas, which the keyboard reaches, and gives the name (`alt`) to the region around
// it. The canvas has neither role nor name, so a screen reader reads nothing there, and keeps the arrow keys to itself.
const HINT = "arrow keys move between the cells";

function nameGrids() {
  for (const region of document.querySelectorAll("[data-testid=stDataFrameResizable][aria-label]")) {
    const name = region.getAttribute("aria-label");
    const canvas = region.querySelector("canvas[data-testid=data-grid-canvas]");
    if (!canvas || canvas.getAttribute("aria-label") === `${name}: ${HINT}`) continue;
    canvas.setAttribute("role", "application"); // the arrow keys then reach the table, which names every cell itself
    canvas.setAttribute("aria-label", `${name}: ${HINT}`);
  }
}

function watchGrids() {
  if (window.xnetGridNames) return;
  window.xnetGridNames = new MutationObserver(nameGrids);
  // Names are attributes, which Streamlit may set after it has inserted the elements.
  window.xnetGridNames.observe(document.body, { childList: true, subtree: true, attributeFilter: ["aria-label"] });
  nameGrids();
}
