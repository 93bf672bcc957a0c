// Functions that benchmarks/app loads into every page.

// The first match below `root`, shadow roots included.
window.deep = (root, selector) => {
  const hit = root.querySelector(selector);
  if (hit) return hit;
  for (const e of root.querySelectorAll('*')) {
    const inner = e.shadowRoot && window.deep(e.shadowRoot, selector);
    if (inner) return inner;
  }
  return null;
};
window.card = () => document.querySelector('.st-key-network_card');
window.drawing = () => window.card() && window.deep(window.card(), '.stage svg');
window.shows = (text, where = document.body) => !!where && where.textContent.includes(text);

// Wait for the next click; note after how many milliseconds each of the conditions was true.
window.timed = (conditions) => {
  window.answers = {};
  document.addEventListener('click', () => {
    const begun = performance.now();
    const look = () => {
      for (const [name, holds] of Object.entries(conditions))
        if (!(name in window.answers) && holds()) window.answers[name] = performance.now() - begun;
      window.answered = Object.keys(conditions).every((name) => name in window.answers);
      if (!window.answered) requestAnimationFrame(look);
    };
    window.answered = false;
    requestAnimationFrame(look);
  }, { capture: true, once: true });
};

// Count changes of the drawing, and charts and drawings that are removed from the page.
window.watch = () => {
  const svg = window.drawing();
  const seen = { updates: [], formulas: 0, removed: [] };
  const parts = ['[data-testid=stVegaLiteChart]', '[data-testid^=stBidiComponent]', 'svg.marks', 'canvas.marks'];
  new MutationObserver((changes) => {
    for (const c of changes) {
      if (svg.getAttribute(c.attributeName) === c.oldValue) continue;
      if (c.attributeName === 'data-seq') seen.updates.push(performance.now());
      else seen.formulas += 1;
    }
  }).observe(svg, { attributes: true, attributeOldValue: true, attributeFilter: ['data-seq', 'aria-label'] });
  new MutationObserver((changes) => {
    for (const c of changes) for (const n of c.removedNodes)
      if (n.nodeType === 1 && parts.some((s) => n.matches(s) || n.querySelector(s))) seen.removed.push(n.tagName);
  }).observe(document.body, { childList: true, subtree: true });
  window.seen = seen;
};
