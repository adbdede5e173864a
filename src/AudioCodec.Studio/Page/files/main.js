import { json, request, save } from "./api.js";
import { Player } from "./player.js";
import { drawSpectrum, drawWave } from "./pictures.js";
import { prepareGenerate } from "./generate.js";
import { prepareLive, stopLive } from "./live.js";
import { startAbx, startMushra } from "./blind.js";

export const player = new Player();
const by = id => document.getElementById(id), loading = json("models");
let models, clip, view = [0, 1], versions = new Map();
const say = text => { by("message").textContent = text; };
const guarded = action => async (...given) => { try { await action(...given); } catch (error) { say(error.message); } };
const rounded = (value, digits) => value == null ? "–" : value.toFixed(digits);

async function open(blob, name) {
  say(`Reading ${name} …`);
  const added = await json("clips?name=" + encodeURIComponent(name), { method: "POST", body: blob });
  if (clip) request("clips/" + clip.id, { method: "DELETE" }).catch(() => {});
  clip = added;
  player.clear();
  versions = new Map([["original", { key: "original" }]]);
  await player.add("original", await (await request(`clips/${clip.id}.wav`)).arrayBuffer());
  view = [0, player.seconds];
  by("clip-facts").textContent = `${clip.name}: ${clip.seconds.toFixed(2)} s, ${clip.sampleRateHz} Hz, ${clip.channels === 1 ? "1 channel" : `${clip.channels} channels`}, ${(clip.bytes / 1000).toFixed(1)} kB` + (clip.ecdc ? `; .ecdc version ${clip.ecdc.formatVersion} of ${clip.ecdc.model}, ${clip.ecdc.kbps.toFixed(2)} kbit/s, ${clip.ecdc.chunkFrames.length === 1 ? "1 chunk" : `${clip.ecdc.chunkFrames.length} chunks`}; ${Object.entries(clip.ecdc.tags).map(([key, text]) => `${key}: ${text}`).join(", ") || "no tags"}; ${clip.ecdc.damage.length ? "DAMAGED: " + clip.ecdc.damage.join("; ") : "no damage"}` : "");
  show("listen");
  list();
  models ??= await loading;
  const info = models.codecs.find(codec => codec.name === models.defaultCodec);
  if (info) await make(info.name, info.defaultRate);
}

async function make(codec, kbps) {
  const id = clip.id;
  say(`${codec} at ${kbps} kbit/s …`);
  const version = await json(`clips/${id}/versions?codec=${encodeURIComponent(codec)}&kbps=${kbps}`, { method: "POST" });
  const bytes = await (await request(`clips/${id}/versions/${encodeURIComponent(version.key)}.wav`)).arrayBuffer();
  if (clip.id !== id) return;
  await player.add(version.key, bytes);
  versions.set(version.key, version);
  list();
  say("");
}

function list() {
  by("versions").replaceChildren(...[...versions.values()].map((version, index) => {
    const row = document.createElement("tr");
    const cells = version.codec ? [rounded(version.kbps, 2), `${(version.bytes / 1000).toFixed(1)} kB`, version.savedShare == null ? "–" : `${(100 * version.savedShare).toFixed(0)} %`, version.siSdrDb == null ? "–" : `${version.siSdrDb.toFixed(1)} dB`, rounded(version.stoi, 3), rounded(version.melDistance, 3), rounded(version.stftDistance, 3)] : ["", "", "", "", "", "", ""];
    const first = document.createElement("td"), pick = document.createElement("button");
    pick.type = "button";
    pick.textContent = `${index + 1} · ${version.codec ? `${version.codec} ${version.nominalKbps}` : "original"}`;
    pick.dataset.version = version.key;
    pick.onclick = () => choose(version.key);
    first.append(pick);
    row.append(first, ...cells.map(text => Object.assign(document.createElement("td"), { textContent: text })));
    const files = document.createElement("td");
    for (const extension of version.codec ? version.hasEcdc ? ["wav", "ecdc"] : ["wav"] : []) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: "." + extension, ariaLabel: `Download ${version.key} as .${extension}` });
      button.onclick = guarded(async () => save(await (await request(`clips/${clip.id}/versions/${encodeURIComponent(version.key)}.${extension}`)).blob(), `${version.key.replace("@", "_")}.${extension}`));
      files.append(button, " ");
    }
    row.append(files);
    return row;
  }));
  by("abx-version").replaceChildren(...[...versions.keys()].slice(1).map(key => new Option(key, key)));
  mark();
}

function mark() {
  for (const button of by("versions").querySelectorAll("[data-version]")) {
    const on = button.dataset.version === player.current;
    button.setAttribute("aria-pressed", String(on));
    button.closest("tr").classList.toggle("on", on);
  }
  draw(true);
}

function choose(key) { by("difference").checked = false; player.tracks.delete("difference"); player.select(key); mark(); }

// The original minus what is chosen, as a version that is heard.
let minuend;
async function hearDifference() {
  player.tracks.delete("difference");
  if (!by("difference").checked) { if (player.current === "difference") player.current = minuend; player.restart(); return mark(); }
  minuend = player.current;
  const original = player.tracks.get("original").buffer, chosen = player.tracks.get(player.current).buffer;
  const buffer = player.context.createBuffer(1, Math.min(original.length, chosen.length), original.sampleRate);
  const mean = (source, t) => { let sum = 0; for (let c = 0; c < source.numberOfChannels; c++) sum += source.getChannelData(c)[t]; return sum / source.numberOfChannels; };
  const out = buffer.getChannelData(0);
  for (let t = 0; t < out.length; t++) out[t] = mean(original, t) - mean(chosen, t);
  player.tracks.set("difference", { buffer, rms: 0 });
  player.current = "difference";
  player.restart();
  mark();
}

function draw(all) {
  const track = player.tracks.get(player.current);
  if (!track || by("listen").hidden) return;
  const data = track.buffer.getChannelData(0);
  drawWave(by("wave"), data, view, player.range, player.position, track.buffer.duration);
  if (all) drawSpectrum(by("spectrum"), data, view, track.buffer.sampleRate);
  by("time").textContent = `${player.position.toFixed(1)} s`;
  by("shown").textContent = `${view[0].toFixed(2)} to ${view[1].toFixed(2)} s` + (player.range ? `, loop ${player.range[0].toFixed(2)} to ${player.range[1].toFixed(2)} s` : "");
  by("wave").ariaValueMax = player.seconds.toFixed(1);
  by("wave").ariaValueNow = player.position.toFixed(1);
  by("wave").ariaValueText = by("time").textContent;
}

function tick() { draw(false); if (player.playing) requestAnimationFrame(tick); }
player.onchange = () => { by("play").textContent = player.playing ? "Stop" : "Play"; tick(); };

function show(part) {
  for (const button of document.querySelectorAll("[data-part]")) button.setAttribute("aria-pressed", String(button.dataset.part === part));
  by("listen").hidden = part !== "listen" || !clip;
  by("blind").hidden = part !== "blind";
  by("generate").hidden = part !== "generate";
  by("live").hidden = part !== "live";
  by("source").hidden = part === "live";
  by("continue").disabled = !clip;
  if (part !== "live") stopLive(say); else player.stop();
  draw(true);
}

function zoom(factor) {
  if (!clip) return;
  const middle = player.range ? (player.range[0] + player.range[1]) / 2 : player.position, width = Math.min(player.seconds, Math.max(0.04, (view[1] - view[0]) * factor));
  const from = Math.max(0, Math.min(player.seconds - width, middle - width / 2));
  view = [from, from + width];
  draw(true);
}

by("file").onchange = guarded(async event => { if (event.target.files[0]) await open(event.target.files[0], event.target.files[0].name); });
for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, event => { event.preventDefault(); by("source").classList.toggle("over", kind === "dragover"); });
document.addEventListener("drop", guarded(async event => { const file = event.dataTransfer.files[0]; if (file) await open(file, file.name); }));
let recorder;
by("record").onclick = guarded(async () => {
  if (recorder) return recorder.stop();
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } }), parts = [];
  recorder = new MediaRecorder(stream);
  recorder.ondataavailable = event => parts.push(event.data);
  recorder.onstop = guarded(async () => { stream.getTracks().forEach(track => track.stop()); recorder = null; by("record").textContent = "Record the microphone"; await open(new Blob(parts), "microphone"); });
  recorder.start();
  by("record").textContent = "Stop recording";
});
by("play").onclick = () => player.playing ? player.stop() : player.play();
by("loop").onchange = event => { player.loop = event.target.checked; player.restart(); };
by("match").onchange = event => { player.match = event.target.checked; if (player.current) player.select(player.current); };
by("difference").onchange = hearDifference;
by("codec").onchange = () => { const all = [...models.codecs, ...models.others].find(codec => codec.name === by("codec").value); by("rate").replaceChildren(...all.rates.map(rate => new Option(rate, rate, false, rate === all.defaultRate))); };
by("make").onclick = guarded(() => make(by("codec").value, by("rate").value));
by("make-all").onclick = guarded(async () => { for (const option of [...by("rate").options]) await make(by("codec").value, option.value); });
by("start-mushra").onclick = guarded(async () => startMushra(player, clip?.name));
by("start-abx").onclick = guarded(async () => startAbx(player, by("abx-version").value));
for (const button of document.querySelectorAll("[data-part]")) button.onclick = () => show(button.dataset.part);
prepareGenerate(() => clip, guarded(open), say);
let dragged, anchor, edge;
const timeAt = event => { const box = by("wave").getBoundingClientRect(); return Math.max(0, Math.min(player.seconds, view[0] + (event.clientX - box.left) / box.width * (view[1] - view[0]))); };
by("wave").onpointerdown = event => { dragged = timeAt(event); by("wave").setPointerCapture(event.pointerId); };
by("wave").onpointermove = event => { if (dragged != null) { const now = timeAt(event); player.range = Math.abs(now - dragged) > 0.03 ? [Math.min(now, dragged), Math.max(now, dragged)] : null; draw(false); } };
by("wave").onpointerup = () => { if (dragged != null) { player.seek(player.range?.[0] ?? dragged); dragged = null; draw(false); } };
by("wave").onkeydown = event => {
  const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
  if (!step || !clip) return;
  event.preventDefault();
  const bounded = time => Math.max(0, Math.min(player.seconds, time)), by50 = step * (view[1] - view[0]) / 50;
  if (event.shiftKey) {
    anchor ??= player.range?.[0] ?? player.position;
    edge = bounded((edge ?? anchor) + by50);
    player.range = Math.abs(edge - anchor) > 0.03 ? [Math.min(anchor, edge), Math.max(anchor, edge)] : null;
    player.seek(player.range?.[0] ?? anchor);
  } else { anchor = edge = null; player.seek(bounded(player.position + by50)); }
  draw(false);
};
by("zoom-in").onclick = () => zoom(0.5);
by("zoom-out").onclick = () => zoom(2);
document.addEventListener("keydown", event => {
  if (event.key === " " && !by("live").hidden && !event.target.matches("input, select, button, a")) { event.preventDefault(); by("talk").click(); }
  if (event.target.matches("input, select, textarea") || by("listen").hidden) return;
  if (event.key === " " && !event.target.matches("button, a")) { event.preventDefault(); by("play").click(); }
  if (event.key === "+") zoom(0.5);
  if (event.key === "-") zoom(2);
  if (event.key === "Escape") { player.range = anchor = edge = null; view = [0, player.seconds]; player.restart(); draw(true); }
  const key = [...versions.keys()][Number(event.key) - 1];
  if (key) choose(key);
});
addEventListener("resize", () => draw(true));
guarded(async () => {
  models ??= await loading;
  by("codec").replaceChildren(...[...models.codecs, ...models.others].map(codec => new Option(codec.name, codec.name)));
  by("codec").onchange();
  document.querySelector("[data-part=generate]").hidden = !models.generator;
  document.querySelector("[data-part=live]").hidden = !prepareLive(models.codecs, say);
})();
