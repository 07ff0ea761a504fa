import { el, svg, words } from "./dom.js";

const SHOWN = 40;
const PHASES = { NEW: "new", READING: "reading a request", HANDLING: "in a request", IDLE: "kept, idle", CLAIMED: "kept, idle", OVERDUE: "overdue", CLOSING: "closing", PARTING: "client closes first", LINGERING: "lingering", UPGRADED: "upgraded" };
const URGENT = { LINGERING: 0, PARTING: 0, CLOSING: 0, OVERDUE: 0, READING: 1, HANDLING: 2, NEW: 3, UPGRADED: 4, IDLE: 5, CLAIMED: 5 };

const at = (id) => document.getElementById(id);
const base = at("main").dataset.board;
const connections = new Map();

// A row is kept with the moment it was true at; the seconds since are counted here.
function note(row) {
  const now = performance.now();
  const known = connections.get(row.id);
  const total = known && known.phase === row.phase && known.total >= row.deadline ? known.total : row.deadline;
  connections.set(row.id, { ...row, seen: now, total });
}

function take(data, whole) {
  if (whole) connections.clear();
  data.rows.forEach(note);
  data.gone.forEach((id) => connections.delete(id));
  totals(data.totals);
  closes(data.closes);
  controls(data.controls);
  draw();
}

const seconds = (ms) => (ms < 0 ? "–" : ms < 9950 ? `${(Math.max(0, ms) / 1000).toFixed(1)} s` : ms < 120000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60000)} min`);
const amount = (bytes) => (bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`);

function totals(values) {
  const shown = [["open", values.open], ["idle", values.idle], ["lingering", values.lingering], ["opened", values.opened],
    ["bytes discarded", amount(values.bytesDiscarded ?? 0)], ["resets avoided", values.resetsAvoided]];
  at("totals").replaceChildren(...shown.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value ?? 0)))));
}

function closes(values) {
  const entries = Object.entries(values).sort((a, b) => b[1] - a[1]).slice(0, 9);
  const most = Math.max(1, ...entries.map(([, count]) => count));
  at("closes").replaceChildren(...entries.map(([reason, count]) => el("li", {}, el("span", {}, words(reason)),
    svg("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { class: `r-${reason}`, width: Math.max(1, (100 * Math.sqrt(count)) / Math.sqrt(most)), height: 8, rx: 1 })),
    el("b", {}, count.toLocaleString("en")))));
  if (!entries.length) at("closes").replaceChildren(el("li", { class: "none" }, "none yet"));
}

let touched = false;
function controls(values) {
  document.querySelectorAll(".knobs button, .knobs input").forEach((control) => { control.disabled = !values.here; });
  document.body.classList.toggle("draining", values.draining);
  at("link").textContent = !values.here ? "no connector here" : values.draining ? "draining" : "live";
  if (touched || !values.here) return;
  at("settings").elements.maxRequests.value = values.maxRequests;
  // -1 is the connector's own idle timeout: nothing to put into the field.
  if (values.keepAliveTimeout >= 0) at("settings").elements.keepAliveTimeout.value = values.keepAliveTimeout;
}

const remaining = (row, now) => (row.deadline < 0 ? -1 : Math.max(0, row.deadline - (now - row.seen)));
const order = (now) => (a, b) => (URGENT[a.phase] ?? 9) - (URGENT[b.phase] ?? 9) || remaining(a, now) - remaining(b, now) || a.id - b.id;

function bar(row, now) {
  const left = remaining(row, now);
  if (left < 0) return el("span", { class: "until" }, "no deadline");
  const full = el("i");
  full.style.width = `${row.total > 0 ? (100 * left) / row.total : 0}%`;
  return el("span", { class: "until" }, el("span", { class: `track p-${row.phase}` }, full), seconds(left));
}

function line(row, now) {
  const state = (PHASES[row.phase] ?? row.phase.toLowerCase()) + (row.reason ? ` (${words(row.reason)})` : "");
  const since = now - row.seen;
  return el("tr", {}, el("td", { class: "num" }, String(row.id)), el("td", {}, row.peer), el("td", {}, row.secure ? "HTTP, TLS" : "HTTP"),
    el("td", {}, svg("svg", { viewBox: "0 0 10 10", class: "dot", "aria-hidden": "true" }, svg("circle", { class: `p-${row.phase}`, cx: 5, cy: 5, r: 5 })), state),
    el("td", { class: "num" }, String(row.requests)), el("td", { class: "num" }, row.left < 0 ? "∞" : String(row.left)),
    el("td", { class: "num" }, seconds(row.phase === "IDLE" ? row.idle + since : row.idle)), el("td", {}, bar(row, now)),
    el("td", { class: "num" }, seconds(row.age + since)));
}

function squares(all) {
  const width = Math.max(200, at("squares").clientWidth);
  const size = all.length > 600 ? 10 : all.length > 150 ? 14 : 20;
  const columns = Math.floor(width / size);
  const height = Math.max(3, Math.ceil(all.length / columns)) * size;
  const cells = all.map((row, i) => svg("rect", { class: `p-${row.phase}`, x: (i % columns) * size, y: Math.floor(i / columns) * size, width: size - 2, height: size - 2, rx: 2 }));
  at("squares").replaceChildren(svg("svg", { viewBox: `0 0 ${columns * size} ${height}`, width: columns * size, height }, ...cells));
  const counts = Map.groupBy ? Map.groupBy(all, (row) => row.phase) : all.reduce((map, row) => map.set(row.phase, [...(map.get(row.phase) ?? []), row]), new Map());
  at("phases").replaceChildren(...[...counts].map(([phase, rows]) => el("li", {},
    svg("svg", { viewBox: "0 0 8 8", "aria-hidden": "true" }, svg("rect", { class: `p-${phase}`, width: 8, height: 8, rx: 2 })), `${rows.length} ${PHASES[phase] ?? phase}`)));
}

function draw() {
  const now = performance.now();
  const all = [...connections.values()];
  squares(all.sort((a, b) => a.id - b.id));
  const urgent = all.sort(order(now));
  at("rows").replaceChildren(...urgent.slice(0, SHOWN).map((row) => line(row, now)));
  at("more").textContent = urgent.length > SHOWN ? `and ${urgent.length - SHOWN} more: the busy ones and those whose time is nearest are shown` : "";
}

async function post(path) {
  try {
    const response = await fetch(base + path, { method: "POST" });
    const answer = await response.json();
    at("said").textContent = response.ok ? Object.entries(answer).map(([name, value]) => `${words(name)}: ${value}`).join(", ") : answer.error;
  } catch (failure) {
    at("said").textContent = `The server did not answer: ${failure.message}`;
  }
}

document.querySelectorAll("[data-post]").forEach((button) => button.addEventListener("click", () => post(button.dataset.post)));
at("settings").addEventListener("input", () => { touched = true; });
at("settings").addEventListener("submit", async (event) => {
  event.preventDefault();
  await post(`settings?${new URLSearchParams(new FormData(event.target))}`);
  touched = false;
});

const events = new EventSource(`${base}events`);
events.addEventListener("full", (event) => take(JSON.parse(event.data), true));
events.addEventListener("delta", (event) => take(JSON.parse(event.data), false));
events.addEventListener("error", () => { at("link").textContent = "reconnecting…"; });
setInterval(() => { if (connections.size && !document.hidden) draw(); }, 250);
