// The live network: inline SVG, drawn once and then only moved. Neurons keep their DOM nodes as long as their id
// lasts, so the browser can move them instead of rebuilding them. Text goes through textContent only: labels hold
// column names, which come from people's files.
const SVG = "http://www.w3.org/2000/svg";
const MOVE_MS = 450;
const LATE_MS = 110; // a frame that comes later than this after the one before is late
const LETTER = 0.58; // width of an average letter, in font sizes
const PILL_FONT = 12.5;
const MARGIN = 36; // pixels above the first and below the last row: a radius and its ring
const MOST_PULSES = 6;
const MIN_ROW = 21;
const MIN_NOTED_ROW = 50, MIN_LARGE_NOTED_ROW = 34; // pixels between rows where values stand below the neurons
const NOTE_FONT = 12, NOTE_GAP = 6; // of the value of a column or a number, which stands to the left of it
const MOST_HEIGHT = 900;
const TARGET_ROW = 24; // pixels above the first row for the target's name, where it has no room beside the output
const MIN_COLUMN = 28, MIN_LARGE_COLUMN = 38; // pixels between columns of neurons, below which the drawing scrolls
const LARGE = 1.7, WIDE = 1.25; // how much larger than usual for a projector 1920 pixels wide, and in a wide window
const LEAST_PROJECTOR = 0.85, MOST_PROJECTOR = 2; // share of that in narrower and in wider windows
const LEAST_SCALE = 0.8; // how much smaller than usual a drawing is at least, before it scrolls
const LEAST_LARGE_HEIGHT = 170; // pixels that a drawing for a projector keeps, however tall the formula is
const LARGE_FONT = 12; // least size of text for a projector: 12 times 1.7 is 20.4 pixels
const LEAST_LARGE = 600; // pixels of a window below which it is no projector's, a phone's say
const TOUCH = window.matchMedia("(hover: none)").matches;
const views = new WeakMap();

export default function (component) {
  const { data, parentElement } = component;
  let view = views.get(parentElement);
  if (!view) {
    view = new NetworkView(parentElement);
    views.set(parentElement, view);
  }
  view.update(data ? JSON.parse(new TextDecoder().decode(data)) : {});
  // Streamlit calls this as well when the next data overtake these on a busy machine; the drawing stays then.
  return () => setTimeout(() => {
    if (parentElement.isConnected) return;
    view.destroy();
    views.delete(parentElement);
  }, 0);
}

function make(tag, className, parent) {
  const node = document.createElementNS(SVG, tag);
  if (className) node.setAttribute("class", className);
  if (parent) parent.appendChild(node);
  return node;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// A text cut to a width. Of a name that begins as another one does, the end is kept, too.
function cut(text, width, size, others = []) {
  const letters = Math.max(3, Math.floor(width / (size * LETTER)));
  if (text.length <= letters) return text;
  const start = text.slice(0, letters - 1), half = Math.floor((letters - 1) / 2);
  const alike = others.some((other) => other !== text && other.startsWith(start));
  return alike ? `${text.slice(0, half)}…${text.slice(-half)}` : `${start}…`;
}

function pillWidth(label, size) {
  return label.length * size * LETTER + 18;
}

// In a tidy tree the row to the left of a leaf is free.
function noteWidth(node) {
  return node.kind !== "neuron" && node.note ? LETTER * NOTE_FONT * node.note.length + NOTE_GAP + 5 : 0;
}

function smallestGap(groups) {
  let gap = 1;
  for (const values of groups) {
    const sorted = [...values].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) if (sorted[i] - sorted[i - 1] > 1e-6) gap = Math.min(gap, sorted[i] - sorted[i - 1]);
  }
  return gap;
}

function still() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

class NetworkView {
  constructor(root) {
    this.root = root;
    this.stage = root.querySelector(".stage");
    this.svg = root.querySelector(".stage svg");
    this.edgeLayer = root.querySelector(".edges");
    this.nodeLayer = root.querySelector(".nodes");
    this.nodeLayer.replaceChildren();
    this.edgeLayer.replaceChildren();
    this.nodes = new Map(); // id -> {g, shape, text, title, x, y, fromX, fromY, toX, toY}
    this.edges = new Map(); // "child>parent:slot" -> {path, child, parent}
    this.seq = null;
    this.frame = 0;
    this.timers = new Set();
    this.page = document.querySelector("[data-testid=stMainBlockContainer]");
    this.observer = new ResizeObserver(() => this.data && this.resized());
    this.observer.observe(this.stage);
    root.querySelector(".full").onclick = () => (document.fullscreenElement ? document.exitFullscreen()
      : document.documentElement.requestFullscreen());
    this.inspector = new Inspector(root, this);
    this.stage.addEventListener("scroll", () => this.inspector.put(), { passive: true });
  }

  destroy() {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    this.timers.forEach(clearTimeout);
    clearTimeout(this.inspector.timer);
  }

  // What the inspector asks: figures of a neuron, where it will stand, and the neuron beside it in the list.
  aboutOf(id) {
    return this.data.nodes?.find((n) => n.id === id)?.about ?? null;
  }

  placeOf(id) {
    const node = this.nodes.get(id);
    const scale = this.scale;
    return { x: node.toX * scale - this.stage.scrollLeft, y: node.toY * scale, radius: this.radius * scale };
  }

  focusBeside(id, step) {
    const ids = (this.data.nodes ?? []).map((n) => n.id).reverse(); // from the output to the columns
    this.focus(ids[(ids.indexOf(id) + step + ids.length) % ids.length]);
  }

  focus(id) {
    if (!this.nodes.has(id)) return;
    this.stop = id;
    this.nodes.get(id).g.focus();
    this.reach();
  }

  // One neuron can be reached by Tab: the last one that was, or the output.
  reach() {
    const list = this.data.nodes ?? [];
    if (!this.nodes.has(this.stop)) this.stop = list[list.length - 1]?.id;
    for (const [id, node] of this.nodes) node.g.setAttribute("tabindex", id === this.stop ? "0" : "-1");
  }

  mark(id) {
    for (const [key, node] of this.nodes) node.g.classList.toggle("looked-at", key === id);
  }

  update(data) {
    this.data = data;
    if (data.large && this.page && !this.watched) this.observer.observe(this.page); // the formula may become taller
    this.watched = data.large;
    const list = data.nodes ?? [];
    const view = this.root.querySelector(".view");
    view.classList.toggle("quiet", !data.live);
    view.classList.toggle("numberless", !data.live && !list.some((n) => n.kind === "constant"));
    view.classList.toggle("large", Boolean(data.large));
    view.classList.toggle("forward", data.phase === "Forward");
    setText(this.root.querySelector(".hint"), list.some((n) => n.about) ? `${TOUCH ? "Tap" : "Point at"} a neuron to look into it` : "");
    this.stage.classList.toggle("empty", list.length === 0);
    setText(this.root.querySelector(".empty-text"), data.empty ?? "");
    this.svg.setAttribute("aria-label", data.summary ?? "");
    this.svg.setAttribute("data-seq", String(data.seq ?? ""));
    setText(this.root.querySelector(".announce"), data.announce ?? "");
    const caption = this.root.querySelector(".caption");
    setText(caption, data.caption ?? "");
    caption.title = data.caption ?? "";
    this.listText(data.lines ?? []);
    this.syncNodes(list);
    this.syncEdges(data.edges ?? []);
    const fresh = data.seq !== this.seq;
    const first = this.seq === null;
    this.seq = data.seq;
    this.place(fresh && !first);
    if (fresh) this.flash(list);
    this.reach();
    this.inspector.refresh();
  }

  listText(lines) {
    const ul = this.root.querySelector("details ul");
    while (ul.children.length > lines.length) ul.lastChild.remove();
    lines.forEach((line, i) => {
      const li = ul.children[i] ?? ul.appendChild(document.createElement("li"));
      setText(li, line);
    });
  }

  syncNodes(list) {
    const wanted = new Set(list.map((n) => n.id));
    for (const [id, node] of this.nodes) if (!wanted.has(id)) this.retire(this.nodes, id, node.g);
    for (const n of list) {
      if (!this.nodes.has(n.id)) this.nodes.set(n.id, this.newNode(n.id));
      const node = this.nodes.get(n.id);
      node.kind = n.kind;
      node.label = n.label;
      node.beside = noteWidth(n);
      node.changed = n.changed;
      const classes = { changed: n.changed, known: n.about, arriving: n.note, "looked-at": n.id === this.inspector.shown };
      node.g.setAttribute("class", ["node", n.kind, ...Object.keys(classes).filter((c) => classes[c])].join(" "));
      node.g.style.setProperty("--wait", `${(1.6 * n.x).toFixed(2)}s`);
      node.g.setAttribute("role", n.about ? "button" : "img");
      node.g.setAttribute("aria-label", n.about?.spoken ?? n.title);
      setText(node.title, n.about ? "" : n.title); // the inspector says more than a tooltip
      setText(node.note, n.note ?? "");
      node.note.setAttribute("class", n.wanted ? "note wanted" : "note");
    }
  }

  newNode(id) {
    const g = make("g", "node", this.nodeLayer);
    g.style.opacity = "0";
    this.inspector.attach(id, g);
    return {
      g, halo: make("rect", "halo", g), shape: make("rect", "shape", g), text: make("text", "", g),
      note: make("text", "note", g), title: make("title", "", g), x: null, y: null,
    };
  }

  syncEdges(list) {
    const wanted = new Set(list.map((e) => e.id));
    for (const [id, edge] of this.edges) if (!wanted.has(id)) this.retire(this.edges, id, edge.path);
    for (const e of list) {
      if (!this.edges.has(e.id)) {
        const path = make("path", "edge", this.edgeLayer);
        path.style.opacity = "0";
        this.edges.set(e.id, { path });
      }
      const edge = this.edges.get(e.id);
      edge.child = e.child;
      edge.parent = e.parent;
      edge.path.setAttribute("class", `edge${e.changed ? " changed" : ""}`);
    }
  }

  retire(map, id, element) {
    map.delete(id);
    element.style.opacity = "0";
    element.style.pointerEvents = "none";
    element.setAttribute("tabindex", "-1");
    const timer = setTimeout(() => {
      element.remove();
      this.timers.delete(timer);
    }, still() ? 0 : 250);
    this.timers.add(timer);
  }

  // From layout coordinates (0..1, output at the right) to pixels. The radius follows the crowding, so that forty
  // neurons do not overlap and three do not look lost; a network too deep for a phone shrinks a little, so that its
  // columns are not cut off, and one that is deeper still scrolls sideways.
  geometry(shrunk = 0) {
    const room = this.stage.clientWidth || 600;
    const projector = Math.min(MOST_PROJECTOR, Math.max(LEAST_PROJECTOR, window.innerWidth / 1920));
    this.scale = this.data.large && room > LEAST_LARGE ? LARGE * projector : room > 900 ? WIDE : 1;
    this.scale = shrunk || this.scale;
    const list = this.data.nodes ?? [];
    const leaves = list.filter((n) => n.kind !== "neuron");
    const noted = list.some((n) => n.note && n.kind === "neuron");
    const rows = new Set(leaves.map((n) => n.y)).size;
    const height = this.heightFor(rows, noted ? (this.data.large ? MIN_LARGE_NOTED_ROW : MIN_NOTED_ROW) : MIN_ROW);
    const columns = [...new Set(list.map((n) => Math.round(n.x * 1e4)))].sort((a, b) => a - b);
    const stacks = columns.map((c) => list.filter((n) => Math.round(n.x * 1e4) === c).map((n) => n.y));
    const rowGap = smallestGap([...stacks, leaves.map((n) => n.y)]);
    const columnGap = smallestGap([columns.map((c) => c / 1e4)]);
    const visible = (this.stage.clientWidth || 600) / this.scale;
    const named = 12 + LETTER * 14 * (this.data.target ?? "").length;
    // Where there is no room beside the output (a phone, a long name), the target's name goes above it.
    const tight = visible < 480 || named > visible * 0.26;
    const right = tight ? 50 : named + 52;
    const rough = visible - right - 60;
    const wish = Math.max(20, ...leaves.map((n) => pillWidth(n.label, PILL_FONT) + noteWidth(n) - n.x * rough));
    const left = Math.min(visible * 0.32, wish);
    const width = Math.max(visible, left + right + (this.data.large ? MIN_LARGE_COLUMN : MIN_COLUMN) / columnGap);
    if (width > visible && !this.data.large && !shrunk)
      return this.geometry(Math.max(LEAST_SCALE, 0.97 * this.scale * visible / width));
    const margin = noted && !this.data.large ? MARGIN + 12 : MARGIN;
    const above = tight && named > 12 ? TARGET_ROW : 0;
    const inner = { width: width - left - right, height: height - 2 * margin - above };
    // Leaves room for what stands below a neuron.
    const largest = !noted || rows <= 4 ? 24 : this.data.large ? Math.min(13, (rowGap * inner.height - NOTE_FONT - 2) / 2) : 13;
    const radius = Math.max(8, Math.min(largest, 0.42 * rowGap * inner.height, 0.34 * columnGap * inner.width));
    const at = (n) => [left + n.x * inner.width, above + margin + n.y * inner.height];
    const ring = Math.max(2.5, Math.min(5, 0.14 * rowGap * inner.height));
    return { width, height, radius, ring, font: Math.max(largest < 24 ? 12 : 9, Math.min(16, radius * 0.72)), at, tight };
  }

  // A drawing of many rows grows taller, and stays so: what stands below it should not jump at every network. Where a
  // person turns the phases one by one, it takes what it needs.
  heightFor(rows, row) {
    const needed = Math.min(MOST_HEIGHT, 2 * MARGIN + TARGET_ROW + (rows - 1) * row);
    if (this.data.large && this.scale > WIDE && this.page) return this.heightOnScreen(needed);
    this.least = Math.max((!this.data.phase && this.least) || 0, this.data.height ?? 0, this.scale * needed);
    this.stage.style.minHeight = `${this.least}px`;
    this.stage.style.height = this.data.large ? "50vh" : this.data.height ? `${this.data.height}px` : "";
    return (this.stage.clientHeight || 360) / this.scale;
  }

  // For a projector the drawing takes the height that the rest of the page leaves, so that network, formula and error
  // are on one screen. A drawing of many rows is shrunk to it, but not below its usual size.
  heightOnScreen(needed) {
    const rest = this.page.getBoundingClientRect().height - this.stage.offsetHeight;
    const below = 0.4 * parseFloat(getComputedStyle(document.documentElement).fontSize); // what Streamlit adds at the end
    const height = Math.max(LEAST_LARGE_HEIGHT, Math.floor(window.innerHeight - rest - below));
    this.scale = Math.max(1, Math.min(this.scale, height / needed));
    this.stage.style.minHeight = `${needed * this.scale}px`;
    this.stage.style.height = `${height}px`;
    return (this.stage.clientHeight || height) / this.scale;
  }

  // A resize re-places everything at once: nothing should glide while a window is dragged.
  // For a projector the drawing glides to the height that a new formula leaves.
  resized() {
    const [width, ...heights] = this.measured();
    const same = width === this.room?.[0];
    if (!same || heights.some((height, i) => height !== this.room[i + 1])) this.place(this.data.large && same);
  }

  measured() {
    return [this.stage.clientWidth, this.stage.clientHeight, this.data.large ? this.page?.offsetHeight : 0];
  }

  place(animate) {
    const end = this.stage.scrollWidth - this.stage.clientWidth;
    const atEnd = this.stage.scrollLeft >= end - 4;
    const list = this.data.nodes ?? [];
    const geo = this.geometry();
    this.radius = geo.radius;
    this.pills = list.filter((n) => n.kind !== "neuron").map((n) => n.label);
    this.svg.setAttribute("viewBox", `0 0 ${geo.width} ${geo.height}`);
    this.svg.style.width = `${geo.width * this.scale}px`;
    // Where it scrolls, the output is in view until a reader scrolls away: that end says what is explained.
    if (atEnd) this.stage.scrollLeft = geo.width * this.scale;
    const parents = new Map((this.data.edges ?? []).map((e) => [e.child, e.parent]));
    const placed = new Map(list.map((n) => [n.id, geo.at(n)]));
    for (const n of list) {
      const node = this.nodes.get(n.id);
      const [x, y] = placed.get(n.id);
      this.dress(node, x, geo);
      if (node.x === null) {
        // A new neuron grows out of the neuron that uses it.
        const parent = this.nodes.get(parents.get(n.id));
        const start = animate && parent && parent.x !== null ? [parent.x, parent.y] : [x, y];
        [node.x, node.y] = start;
      }
      [node.fromX, node.fromY, node.toX, node.toY] = [node.x, node.y, x, y];
      node.g.style.opacity = "1";
    }
    for (const edge of this.edges.values()) edge.path.style.opacity = "";
    this.placeTarget(list, geo, placed);
    this.move(animate && !still() ? MOVE_MS : 0);
    this.room = this.measured();
  }

  // A circle for a neuron, a pill that ends at the node's right rim for columns and numbers: in a tidy tree the row
  // to the left of a leaf is free, so a long column name can stretch that way without covering anything. A name that
  // is still too long is cut; the whole of it stays in the tooltip and in the text list.
  dress(node, x, geo) {
    const { radius: r, font, ring } = geo;
    const pill = node.kind !== "neuron";
    const fitting = Math.min(font, (2 * r - 5) / (LETTER * Math.max(1, node.label.length)));
    const size = pill ? PILL_FONT : this.data.large ? Math.max(LARGE_FONT, fitting) : fitting;
    // For a projector a name is never smaller than that, so the circle of a small neuron widens around it.
    const width = pill ? Math.max(2 * r, Math.min(pillWidth(node.label, size), x + r - 4 - node.beside))
      : Math.max(2 * r, this.data.large ? LETTER * size * node.label.length + 6 : 0);
    const rim = pill ? r : width / 2;
    node.width = width;
    const height = pill ? Math.max(18, Math.min(2 * r, 28)) : 2 * r;
    this.box(node.shape, rim - width, -height / 2, width, height, pill ? 7 : r);
    this.box(node.halo, rim - width - ring, -height / 2 - ring, width + 2 * ring, height + 2 * ring, pill ? 10 : r + ring);
    node.text.style.fontSize = `${size.toFixed(1)}px`;
    const clear = node.changed ? ring : 0;
    node.note.setAttribute("y", (node.beside ? 0 : height / 2 + clear + 8).toFixed(1));
    node.note.setAttribute("x", (node.beside ? rim - width - clear - NOTE_GAP : rim - width / 2).toFixed(1));
    node.note.style.textAnchor = node.beside ? "end" : "middle";
    node.text.setAttribute("x", (rim - width / 2).toFixed(1));
    setText(node.text, pill ? cut(node.label, width - 12, size, this.pills) : node.label);
  }

  box(rect, x, y, width, height, radius) {
    for (const [k, v] of Object.entries({ x, y, width, height, rx: radius })) rect.setAttribute(k, v.toFixed(1));
  }

  placeTarget(list, geo, placed) {
    const group = this.svg.querySelector(".target");
    const last = list[list.length - 1];
    group.style.display = last && this.data.target ? "" : "none";
    if (!last || !this.data.target) return;
    this.outputId = last.id;
    const [x, y] = placed.get(last.id);
    const [words, arrow] = [group.querySelector("text"), group.querySelector("path")];
    const room = geo.tight ? geo.width * 0.6 : geo.width - x - geo.radius - 34;
    setText(words, cut(this.data.target, room, 14));
    setText(group.querySelector("title"), this.data.target);
    words.style.textAnchor = geo.tight ? "end" : "start";
    words.setAttribute("x", String(geo.tight ? geo.width - x - 4 : geo.radius + 30));
    words.setAttribute("y", String(geo.tight ? this.freeHeight(x, y, geo) : 0));
    arrow.setAttribute("d", `M${geo.radius + 4} 0 h18 m-6 -5 l6 5 l-6 5`);
  }

  // Where the target's name stands, from the output's middle: above it or below it if no neuron is in the way, else in
  // the row above the drawing, which is kept free.
  freeHeight(x, y, geo) {
    const left = geo.width - 8 - Math.min(geo.width * 0.6, LETTER * 14 * this.data.target.length);
    const crossed = (middle) => (this.data.nodes ?? []).slice(0, -1).some((n) => {
      const { toX, toY, width } = this.nodes.get(n.id);
      return toX + geo.radius > left && toX + geo.radius - width < geo.width && Math.abs(toY - y - middle) < geo.radius + 12;
    });
    const beside = [-geo.radius - 18, geo.radius + 18];
    return beside.find((middle) => y + middle > 8 && y + middle < geo.height - 8 && !crossed(middle)) ?? 12 - y;
  }

  // Nodes and edges move on one clock, so that no edge ever points at an empty spot (a path's shape is not
  // something that every browser can move by CSS). On their way pills pass over each other, which is no matter for a
  // blink; where frames come late it would stand there to be seen, so a move then ends at once, and the next one is
  // made in one go, until a frame is in time again.
  move(duration) {
    cancelAnimationFrame(this.frame);
    const start = performance.now();
    if (!duration || this.late) {
      this.put(1);
      this.frame = requestAnimationFrame(() => { this.late = performance.now() - start > LATE_MS; });
      return;
    }
    let before = start;
    const step = () => {
      const now = performance.now();
      this.late = now - before > LATE_MS;
      before = now;
      const t = this.late ? 1 : Math.min(1, (now - start) / duration);
      this.put(t < 0.5 ? 2 * t * t : 1 - (2 - 2 * t) ** 2 / 2);
      if (t < 1) this.frame = requestAnimationFrame(step);
    };
    step();
  }

  // Every node at its share of the way, and the edges between them.
  put(share) {
    for (const node of this.nodes.values()) {
      node.x = node.fromX + (node.toX - node.fromX) * share;
      node.y = node.fromY + (node.toY - node.fromY) * share;
      node.g.setAttribute("transform", `translate(${node.x.toFixed(2)} ${node.y.toFixed(2)})`);
    }
    this.drawEdges();
  }

  drawEdges() {
    for (const edge of this.edges.values()) {
      const from = this.nodes.get(edge.child);
      const to = this.nodes.get(edge.parent);
      if (!from || !to || from.x === null || to.x === null) continue;
      const bend = Math.max(12, Math.abs(to.x - from.x) * 0.45);
      edge.path.setAttribute("d", `M${from.x.toFixed(1)} ${from.y.toFixed(1)} C${(from.x + bend).toFixed(1)} `
        + `${from.y.toFixed(1)} ${(to.x - bend).toFixed(1)} ${to.y.toFixed(1)} ${to.x.toFixed(1)} ${to.y.toFixed(1)}`);
    }
    const output = this.nodes.get(this.outputId);
    if (output) {
      const group = this.svg.querySelector(".target");
      group.setAttribute("transform", `translate(${output.x.toFixed(2)} ${output.y.toFixed(2)})`);
    }
  }

  flash(list) {
    // The ring around a changed neuron stays; it pulses once, unless so much changed that everything would.
    if (still() || list.filter((n) => n.changed).length > MOST_PULSES) return;
    for (const n of list) {
      if (!n.changed) continue;
      const halo = this.nodes.get(n.id).halo;
      halo.animate([{ opacity: 0.95, strokeWidth: 9 }, { opacity: 0.55, strokeWidth: 3 }],
        { duration: 900, easing: "ease-out" });
    }
  }
}
