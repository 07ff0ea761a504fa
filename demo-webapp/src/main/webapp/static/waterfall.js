import { el, svg } from "./dom.js";

const KINDS = { connect: "connect", send: "send", wait: "wait for the answer", receive: "receive", idle: "idle", linger: "linger", lost: "lost" };
const LEFT = 30;
const AXIS = 18;
const HEAD = 24;

function step(range, width) {
  const rough = range / Math.max(2, width / 90);
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
}

function axis(range, x, height, width, top) {
  const size = step(range, width);
  const marks = [];
  for (let at = 0; at <= range; at += size) {
    marks.push(svg("line", { class: "grid", x1: x(at), x2: x(at), y1: top, y2: height - AXIS }));
    marks.push(svg("text", { x: x(at), y: height - 4, "text-anchor": at === 0 ? "start" : "middle" }, label(at)));
  }
  return marks;
}

const label = (ms) => (ms >= 1000 ? `${+(ms / 1000).toFixed(2)} s` : `${+ms.toFixed(2)} ms`);

function bar(span, x, y, height) {
  const width = Math.max(1.5, x(span.to) - x(span.from));
  const text = `${span.label} (${span.kind}), ${span.from.toFixed(1)} to ${span.to.toFixed(1)} ms`;
  return svg("rect", { class: `k-${span.kind}`, x: x(span.from), y, width, height, rx: 2 }, svg("title", {}, text));
}

// A mark's label is left out where it would run into the one before it; its line stays.
function marks(lines, x, height) {
  let free = 0;
  return lines.filter((line) => line.from === "mark").flatMap((line) => {
    const at = x(line.at);
    const fits = at >= free;
    if (fits) free = at + line.text.length * 6.2 + 12;
    return [
      svg("line", { class: "mark", x1: at, x2: at, y1: HEAD - 4, y2: height - AXIS }, svg("title", {}, line.text)),
      fits ? svg("text", { class: "label", x: at, y: HEAD - 9 }, line.text) : undefined,
    ];
  }).filter(Boolean);
}

function draw({ spans, transcript }, range, width) {
  const lanes = [...new Set(spans.map((span) => span.lane))].sort((a, b) => a - b);
  const row = lanes.length > 24 ? 7 : lanes.length > 12 ? 11 : 17;
  const top = transcript.some((line) => line.from === "mark") ? HEAD : 0;
  const height = top + lanes.length * row + AXIS + 2;
  const x = (at) => LEFT + (at / range) * (width - LEFT - 24);
  const every = row < 11 ? 5 : 1;
  const names = lanes.map((lane, i) =>
    i % every ? undefined : svg("text", { x: LEFT - 7, y: top + i * row + row / 2 + 4, "text-anchor": "end" }, lane));
  const bars = spans.map((span) => bar(span, x, top + lanes.indexOf(span.lane) * row + 2, row - 4));
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": `Waterfall of ${lanes.length} connections over ${label(range)}` },
    ...axis(range, x, height, width, top), ...marks(transcript, x, height), ...names, ...bars);
}

function legend(spans) {
  const kinds = Object.keys(KINDS).filter((kind) => spans.some((span) => span.kind === kind));
  return el("ul", { class: "legend" }, ...kinds.map((kind) =>
    el("li", {}, svg("svg", { viewBox: "0 0 8 8", "aria-hidden": "true" }, svg("rect", { class: `k-${kind}`, width: 8, height: 8, rx: 2 })), KINDS[kind])));
}

/** All columns of a result share one range, so that lengths can be compared across them. */
export function waterfall(data, range) {
  const figure = el("figure", { class: "waterfall" });
  const redraw = () => figure.replaceChildren(draw(data, range, Math.max(240, figure.clientWidth - 36)), legend(data.spans));
  new ResizeObserver(redraw).observe(figure);
  return figure;
}
