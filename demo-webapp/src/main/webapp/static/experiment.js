import { el, words } from "./dom.js";
import { waterfall } from "./waterfall.js";

const SIGNS = { good: "✓ holds", bad: "✗ fails", neutral: "· measured", missing: "– not here" };
const WAYS = { client: "→", server: "←", note: "·", mark: "▸" };

const form = document.getElementById("form");
const button = document.getElementById("run");
const verdict = document.getElementById("verdict");
const columns = document.getElementById("columns");

function say(text, state) {
  verdict.className = `verdict ${state}`;
  verdict.textContent = text;
}

function facts(values) {
  const entries = Object.entries(values).flatMap(([name, value]) => {
    const millis = name.endsWith("Millis");
    const text = millis ? `${value} ms` : String(value);
    return [el("div", { class: text.length > 28 ? "wide" : false }, el("dt", {}, words(millis ? name.slice(0, -6) : name)), el("dd", { class: text.length > 10 ? "long" : false }, text))];
  });
  return entries.length ? el("dl", { class: "facts" }, ...entries) : undefined;
}

function transcript(lines) {
  const items = lines.map((line) => el("li", { class: line.from },
    el("time", {}, line.at.toFixed(1)),
    el("span", { class: "on" }, line.connection ? `#${line.connection}` : ""),
    el("span", { class: "way", title: line.from }, WAYS[line.from]),
    el("pre", {}, line.text)));
  const list = el("ol", { tabindex: "0", "aria-label": "Transcript, times in milliseconds" }, ...items);
  return el("details", { class: "transcript", open: true }, el("summary", {}, `On the wire (${lines.length}, ms)`), list);
}

function column(data, range) {
  return el("article", { class: `column ${data.side} ${data.mood}` },
    el("header", {}, el("h2", {}, data.title, el("span", { class: "chip" }, SIGNS[data.mood])), el("p", { class: "score" }, data.score), el("p", {}, data.verdict)),
    facts(data.facts),
    data.spans.length ? waterfall(data, range) : undefined,
    data.transcript.length ? transcript(data.transcript) : undefined);
}

function show(result) {
  const range = Math.max(1, ...result.columns.flatMap((data) => data.spans.map((span) => span.to)));
  columns.replaceChildren(...result.columns.map((data) => column(data, range)));
  commands(result.reproduce);
  say(result.verdict, "done");
}

async function copy(text, from) {
  try {
    await navigator.clipboard.writeText(text);
    from.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(from.parentElement.querySelector("pre"));
    from.textContent = "Selected";
  }
  setTimeout(() => { from.textContent = "Copy"; }, 1500);
}

function commands(list) {
  const rows = list.map((text) => {
    const from = el("button", { type: "button", "aria-label": `Copy: ${text}` }, "Copy");
    from.addEventListener("click", () => copy(text, from));
    return el("div", { class: "command" }, el("pre", {}, text), from);
  });
  document.getElementById("commands").replaceChildren(...rows);
}

async function run() {
  const query = new URLSearchParams(new FormData(form));
  history.replaceState(null, "", `${location.pathname}?${query}`);
  button.disabled = true;
  say("Running: real sockets, so it takes as long as it takes.", "waiting");
  try {
    const response = await fetch(`${document.getElementById("main").dataset.run}?${query}`, { cache: "no-store" });
    const result = await response.json();
    if (response.ok) show(result);
    else say(`${response.status}: ${result.error}`, "failed");
  } catch (failure) {
    say(`The server did not answer: ${failure.message}`, "failed");
  } finally {
    button.disabled = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
say(verdict.textContent, "empty");
commands(document.getElementById("commands").dataset.commands.split("\n"));
