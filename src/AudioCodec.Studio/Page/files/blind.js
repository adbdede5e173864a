// MUSHRA (ITU-R BS.1534-3: hidden reference, anchors at 3.5 and 7 kHz, random order, at most 12 conditions) and ABX.
import { binomialTail, shuffled, summary } from "./stats.js";
import { save } from "./api.js";
import { Player } from "./player.js";

const by = id => document.getElementById(id);
const Reference = "reference", MostConditions = 12;
const ratings = [];

async function lowPassed(buffer, hertz) {
  const offline = new OfflineAudioContext(buffer.numberOfChannels, buffer.length, buffer.sampleRate);
  let node = new AudioBufferSourceNode(offline, { buffer });
  node.start();
  for (const q of [0.518, 0.707, 1.932]) { const filter = new BiquadFilterNode(offline, { type: "lowpass", frequency: hertz, Q: 20 * Math.log10(q) }); node.connect(filter); node = filter; }
  node.connect(offline.destination);
  return offline.startRendering();
}

const element = (tag, text, attributes = {}) => Object.assign(document.createElement(tag), { textContent: text }, attributes);

export function startMushra(listening, clipName) {
  const original = listening.tracks.values().next().value;
  if (!original) throw new Error("There is no recording yet.");
  return run();

  async function run() {
    const player = new Player();
    player.audio = listening.context;
    player.range = listening.range;
    player.tracks.set(Reference, original);
    for (const [name, track] of [...listening.tracks].slice(1, MostConditions - 2)) player.tracks.set(name, track);
    for (const hertz of [3500, 7000]) player.tracks.set(`anchor ${hertz / 1000} kHz`, { buffer: await lowPassed(original.buffer, hertz), rms: original.rms });
    player.match = false;
    player.current = Reference;
    const order = shuffled([...player.tracks.keys()]);
    const box = by("trial");
    box.replaceChildren(element("h2", `Grade ${order.length} versions against the reference`), element("p", "100: excellent, 80: good, 60: fair, 40: poor, 20: bad. One of them is the reference itself. Keys: R, and 1 to 9 and letters in the order shown.", { className: "hint" }));
    const hear = name => { player.select(name); player.play(); for (const button of box.querySelectorAll("[data-hear]")) button.setAttribute("aria-pressed", String(button.dataset.hear === (name === Reference && button.dataset.open ? "open" : String(order.indexOf(name))) && (button.dataset.open ? isOpen : !isOpen))); };
    let isOpen = true;
    const reference = element("button", "Reference", { type: "button" });
    reference.dataset.hear = "open"; reference.dataset.open = "1";
    reference.onclick = () => { isOpen = true; hear(Reference); };
    box.append(reference);
    const sliders = order.map((name, index) => {
      const row = element("div", "", { className: "grade" });
      const button = element("button", `Version ${index + 1}`, { type: "button" });
      button.dataset.hear = String(index);
      button.onclick = () => { isOpen = false; hear(name); };
      const slider = element("input", "", { type: "range", min: 0, max: 100, value: 50, ariaLabel: `Grade of version ${index + 1}` });
      const value = element("output", "50");
      slider.oninput = () => { value.textContent = slider.value; };
      row.append(button, slider, value);
      box.append(row);
      return slider;
    });
    const done = element("button", "Finish and reveal", { type: "button", className: "main", id: "finish-mushra" });
    done.onclick = () => {
      player.stop();
      order.forEach((name, index) => ratings.push({ listener: by("listener").value, clip: clipName, condition: name, grade: Number(sliders[index].value) }));
      box.replaceChildren();
      showResults();
      by("csv").focus();
    };
    box.append(done);
    listening.stop();
    document.onkeyup = event => {
      if (!box.contains(done) || event.target.matches?.("input:not([type=range]), select")) return;
      if (event.key === "r") reference.click();
      const index = "123456789abc".indexOf(event.key);
      if (index >= 0 && index < order.length) box.querySelectorAll("[data-hear]")[index + 1].click();
    };
    reference.focus();
  }
}

function showResults() {
  const box = by("results"), groups = Map.groupBy(ratings, rating => rating.condition);
  const rows = [...groups].map(([condition, list]) => ({ condition, ...summary(list.map(rating => rating.grade)) })).sort((a, b) => b.mean - a.mean);
  box.replaceChildren(element("h2", `Results of ${new Set(ratings.map(rating => rating.listener)).size} listener(s)`));
  const plot = document.createElementNS("http://www.w3.org/2000/svg", "svg"), add = (tag, attributes, text = "") => { const node = document.createElementNS(plot.namespaceURI, tag); for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value); node.textContent = text; plot.append(node); };
  plot.setAttribute("viewBox", `0 0 640 ${rows.length * 30 + 30}`);
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", rows.map(row => `${row.condition}: ${row.mean.toFixed(1)}`).join(", "));
  for (let grade = 0; grade <= 100; grade += 20) { add("line", { x1: 220 + grade * 4, x2: 220 + grade * 4, y1: 0, y2: rows.length * 30, stroke: "currentColor", "stroke-opacity": 0.2 }); add("text", { x: 220 + grade * 4, y: rows.length * 30 + 20, "text-anchor": "middle", fill: "currentColor", "font-size": 13 }, grade); }
  rows.forEach((row, index) => {
    const y = index * 30 + 15, half = Number.isFinite(row.half) ? row.half : 0;
    add("text", { x: 205, y: y + 5, "text-anchor": "end", fill: "currentColor", "font-size": 13 }, row.condition);
    add("line", { x1: 220 + Math.max(0, row.mean - half) * 4, x2: 220 + Math.min(100, row.mean + half) * 4, y1: y, y2: y, stroke: "currentColor", "stroke-width": 2 });
    add("circle", { cx: 220 + row.mean * 4, cy: y, r: 5, fill: "currentColor" });
  });
  const csv = element("button", "Results as CSV", { type: "button", id: "csv" });
  csv.onclick = () => save(new Blob([table(rows)], { type: "text/csv" }), "mushra.csv");
  const session = element("button", "Session as JSON", { type: "button", id: "session" });
  session.onclick = () => save(new Blob([JSON.stringify({ format: "audiocodec-mushra-1", ratings }, null, 1)], { type: "application/json" }), "session.json");
  const more = element("input", "", { type: "file", accept: ".json", id: "more-session" }), label = element("label", "Add another listener's session ");
  label.append(more);
  more.onchange = async () => {
    try {
      const other = JSON.parse(await more.files[0].text());
      if (other.format !== "audiocodec-mushra-1" || !other.ratings.every(rating => typeof rating.condition === "string" && rating.grade >= 0 && rating.grade <= 100)) throw new Error();
      ratings.push(...other.ratings);
      showResults();
    } catch { by("message").textContent = "That file is no session of this test."; }
  };
  const bar = element("div", "", { className: "bar" });
  bar.append(csv, session, label);
  box.append(plot, element("p", "Points are means, lines 95 % intervals (Student's t; none with one grade).", { className: "hint" }), bar);
}

const quoted = text => `"${String(text).replace(/^[=+\-@]/, "'$&").replaceAll('"', '""')}"`;

function table(rows) {
  return ["listener,clip,condition,grade", ...ratings.map(rating => [quoted(rating.listener), quoted(rating.clip), quoted(rating.condition), rating.grade].join()), "", "condition,n,mean,low95,high95",
    ...rows.map(row => [quoted(row.condition), row.n, row.mean.toFixed(2), Number.isFinite(row.half) ? (row.mean - row.half).toFixed(2) : "", Number.isFinite(row.half) ? (row.mean + row.half).toFixed(2) : ""].join())].join("\r\n");
}

export function startAbx(listening, version) {
  const tracks = listening.tracks, original = tracks.keys().next().value;
  if (!tracks.has(version) || version === original) throw new Error("Make a version under Listen first.");
  listening.match = true;
  const box = by("trial"), Trials = 16;
  let trial = 0, right = 0, hidden;
  box.replaceChildren(element("h2", `ABX: ${version}`), element("p", "A is the original, B the version. Which of them is X?", { className: "hint" }));
  const state = element("p", ""), bar = element("div", "", { className: "bar" });
  const button = (text, action) => { const made = element("button", text, { type: "button" }); made.onclick = action; bar.append(made); return made; };
  const hear = name => { listening.select(name); listening.play(); };
  button("Hear A", () => hear(original));
  button("Hear X", () => hear(hidden));
  button("Hear B", () => hear(version));
  const answers = [button("X is A", () => answer(original)), button("X is B", () => answer(version))];
  box.append(bar, state);
  next();

  function next() { hidden = shuffled([original, version])[0]; state.textContent = `Trial ${trial + 1} of ${Trials}`; }

  function answer(name) {
    right += name === hidden ? 1 : 0;
    if (++trial < Trials) return next();
    listening.stop();
    for (const made of answers) made.disabled = true;
    state.id = "abx-result";
    state.textContent = `${right} of ${Trials} right; by guessing this happens with p = ${binomialTail(right, Trials).toFixed(4)}.`;
  }
}
