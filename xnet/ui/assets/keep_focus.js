// A button that was pressed with the keyboard may be disabled or replaced by another one: Pause becomes Resume. The
// browser then puts the focus on the whole page, and a person without a mouse begins again at its first link. The focus
// goes to the button that stands at the same place of the same named container, as soon as it can be pressed.
const PATIENCE_MS = 6000;

function buttonsOf(key) {
  const found = [...document.querySelectorAll(`.${CSS.escape(key)} button`)];
  return found.filter((button) => button.getClientRects().length);
}

// The names of the containers around an element, the nearest first.
function namedPlaces(element) {
  const places = [];
  for (let e = element.parentElement; e; e = e.parentElement)
    for (const key of e.classList)
      if (key.startsWith("st-key-")) places.push({ key, at: buttonsOf(key).indexOf(element) });
  return places;
}

function keepFocus() {
  if (window.xnetKeepFocus) return;
  let last = null;
  document.addEventListener("pointerdown", () => { last = null; }, true);
  document.addEventListener("focusin", ({ target }) => { if (target !== last?.button) last = null; }, true);
  document.addEventListener("keydown", ({ key, target }) => {
    last = null;
    const button = ["Enter", " "].includes(key) && target.closest?.("button");
    if (!button) return;
    last = { button, places: namedPlaces(button), path: location.pathname, until: Date.now() + PATIENCE_MS };
  }, true);
  window.xnetKeepFocus = new MutationObserver(() => {
    if (!last || (last.button.isConnected && !last.button.disabled) || document.activeElement !== document.body) return;
    if (Date.now() > last.until || location.pathname !== last.path) { last = null; return; }
    const place = last.places.find(({ key }) => buttonsOf(key).length);
    const next = place && buttonsOf(place.key)[place.at];
    if (next && !next.disabled) next.focus({ focusVisible: true });
  });
  window.xnetKeepFocus.observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled"] });
}
