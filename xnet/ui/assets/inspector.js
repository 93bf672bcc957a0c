// The inspector: what one neuron computes, how near its output comes to its target, and both as a small plot. It is
// made once and then filled anew; hovering shows it, a click or Enter keeps it, Escape closes it. Which neuron can be
// reached by Tab moves with the arrow keys, so that forty neurons are one stop on the way through the page.
const PLOT = { width: 236, height: 96, pad: 7 };
const CARD_WIDTH = 264;
const NARROW = 560; // below this the card stands under the drawing instead of upon it
const LINGER_MS = 140;
const QUIET_MS = 300;

function range(values) {
  let [low, high] = [Math.min(...values), Math.max(...values)];
  if (low === high) [low, high] = [low - Math.max(1e-9, Math.abs(low) / 2), high + Math.max(1e-9, Math.abs(high) / 2)];
  return [low, high];
}

// What a target asks of a neuron that hardly matters in a row can be far away; such points stand at the rim.
function middle(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const cutOff = Math.floor(sorted.length * 0.06);
  return sorted.slice(cutOff, sorted.length - cutOff);
}

function brief(value) {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e5 || size < 1e-3) ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

class Inspector {
  constructor(root, owner) {
    this.owner = owner;
    this.card = root.querySelector(".about");
    this.view = root.querySelector(".view");
    this.plot = root.querySelector(".about svg");
    this.facts = [...root.querySelectorAll(".about dd")];
    this.dots = { t: [], o: [] };
    this.shown = null; // id of the neuron
    this.pinned = false;
    this.quietUntil = 0;
    root.querySelector(".about .close").addEventListener("click", () => this.close(true));
    this.view.addEventListener("keydown", (event) => this.escape(event));
  }

  // Called once for every new neuron's group.
  attach(id, g) {
    const known = () => this.owner.aboutOf(id);
    const meant = (event) => event.pointerType !== "touch" && performance.now() > this.quietUntil;
    g.addEventListener("pointerenter", (event) => meant(event) && known() && !this.pinned && this.show(id));
    g.addEventListener("pointerleave", () => this.leave());
    g.addEventListener("click", () => known() && this.toggle(id));
    const asked = () => known() && !this.pinned && !this.closing && g.matches(":focus-visible");
    g.addEventListener("focus", () => asked() && this.show(id));
    g.addEventListener("blur", () => this.leave());
    g.addEventListener("keydown", (event) => this.key(event, id));
  }

  // Escape closes an open card and does nothing else: without a card it ends the presentation of a search.
  escape(event) {
    if (event.key !== "Escape" || this.shown === null) return;
    event.stopPropagation();
    this.close(true);
  }

  key(event, id) {
    const step = { ArrowLeft: 1, ArrowDown: 1, ArrowRight: -1, ArrowUp: -1 }[event.key];
    if (step) this.owner.focusBeside(id, step);
    else if (event.key === "Enter" || event.key === " ") this.owner.aboutOf(id) && this.toggle(id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  toggle(id) {
    if (this.pinned && this.shown === id) return this.close(false);
    this.pinned = true;
    return this.show(id);
  }

  leave() {
    clearTimeout(this.timer);
    if (!this.pinned) this.timer = setTimeout(() => this.close(false), LINGER_MS);
  }

  close(back) {
    const id = this.shown;
    this.pinned = false;
    this.shown = null;
    this.card.hidden = true;
    this.card.classList.remove("pinned");
    this.owner.mark(null);
    clearTimeout(this.timer);
    if (!back || !id) return;
    this.quietUntil = performance.now() + QUIET_MS; // the pointer may stand on what the card had covered
    this.closing = true; // the neuron gets the focus back, which must not open the card again
    this.owner.focus(id);
    this.closing = false;
  }

  show(id) {
    clearTimeout(this.timer);
    this.shown = id;
    this.refresh();
  }

  // With every new network: the same neuron's new figures, or nothing where it is gone.
  refresh() {
    const about = this.shown === null ? null : this.owner.aboutOf(this.shown);
    if (!about) {
      if (this.shown !== null) this.close(false);
      return;
    }
    this.card.hidden = false;
    this.card.classList.toggle("pinned", this.pinned);
    this.owner.mark(this.shown);
    setText(this.card.querySelector(".about-title"), about.title);
    setText(this.card.querySelector(".about-formula"), about.formula);
    this.facts.forEach((dd, i) => {
      setText(dd, about.facts[i] ?? "");
      dd.parentElement.hidden = !about.facts[i];
    });
    this.draw(about);
    this.put();
  }

  draw(about) {
    const x = about.o ? (about.x === null ? about.o.map((_, i) => i) : this.owner.data.columns[about.x]) : null;
    const finite = (values) => values.filter((v) => v !== null);
    const drawn = Boolean(x) && finite(about.o).length > 1;
    this.card.querySelector("figure").hidden = !drawn;
    if (!drawn) return;
    const [x0, x1] = range(finite(x));
    const [y0, y1] = range([...middle(finite(about.o)), ...middle(finite(about.t))]);
    const { width, height, pad } = PLOT;
    const at = (i, values) => {
      const share = Math.min(1, Math.max(0, (values[i] - y0) / (y1 - y0)));
      return [pad + ((x[i] - x0) / (x1 - x0)) * (width - 2 * pad), height - pad - share * (height - 2 * pad)];
    };
    for (const name of ["t", "o"]) {
      const values = about[name];
      const dots = this.dots[name];
      while (dots.length < values.length) dots.push(make("circle", name, this.plot.querySelector(`.${name}s`)));
      dots.forEach((dot, i) => {
        const there = i < values.length && values[i] !== null && x[i] !== null;
        dot.style.display = there ? "" : "none";
        if (!there) return;
        const [cx, cy] = at(i, values);
        for (const [k, v] of Object.entries({ cx, cy, r: name === "o" ? 2 : 3.2 })) dot.setAttribute(k, v.toFixed(1));
      });
    }
    this.plot.setAttribute("aria-label", about.picture);
    const [high, low] = this.card.querySelectorAll(".y-axis span");
    setText(high, brief(y1));
    setText(low, brief(y0));
    const [from, name, to] = this.card.querySelectorAll(".x-axis span");
    setText(from, about.x === null ? "" : brief(x0));
    setText(name, about.x_name);
    setText(to, about.x === null ? "" : brief(x1));
  }

  // Beside its neuron, where there is more room; under the drawing on a phone.
  put() {
    if (this.shown === null) return;
    const stage = this.owner.stage;
    const below = stage.clientWidth < NARROW;
    this.card.classList.toggle("below", below);
    if (below) return;
    const { x, y, radius } = this.owner.placeOf(this.shown);
    const left = x < stage.clientWidth / 2 ? x + radius + 14 : x - radius - 14 - CARD_WIDTH;
    const top = y - this.card.offsetHeight / 2;
    this.card.style.left = `${Math.max(0, Math.min(stage.clientWidth - CARD_WIDTH, left)).toFixed(0)}px`;
    this.card.style.top = `${Math.max(0, Math.min(stage.clientHeight - this.card.offsetHeight, top)).toFixed(0)}px`;
  }
}
