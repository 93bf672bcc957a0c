// Streamlit 1.67 adds an entry to the browser's history for every change of the address. The app writes the keys of the
// run and of the table into it after a page has opened, so each page had two or three entries, and Back did nothing
// once or twice. Changes of these keys alone replace the entry; another run, or another part of a page, is a new one.
const KEYS = ["table", "run", "sample", "demo", "goto"];

function isBookkeeping(before, after) {
  if (before.pathname !== after.pathname) return false;
  const [old, next] = [before.searchParams, after.searchParams];
  if (old.has("run") && next.has("run") && old.get("run") !== next.get("run")) return false;
  return [...new Set([...old.keys(), ...next.keys()])].every((key) => KEYS.includes(key) || old.get(key) === next.get(key));
}

function keepOneEntry() {
  if (window.xnetPageHistory) return;
  window.xnetPageHistory = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const [before, after] = [new URL(location.href), new URL(url, location.href)];
    if (!isBookkeeping(before, after)) push(state, title, url);
    // A page that is being left loses its run for a moment, before the address names the next page.
    else if (!before.searchParams.has("run") || after.searchParams.has("run")) history.replaceState(state, title, url);
  };
}
