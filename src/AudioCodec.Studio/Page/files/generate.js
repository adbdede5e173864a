// Sound from text: heard while it arrives, kept as takes.
import { request, save } from "./api.js";

const by = id => document.getElementById(id);
let audio, stop;

function wav(parts, rate, channels) {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0), head = new DataView(new ArrayBuffer(44));
  const text = (at, value) => [...value].forEach((letter, i) => head.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF"); head.setUint32(4, 36 + length, true); text(8, "WAVEfmt "); head.setUint32(16, 16, true); head.setUint16(20, 1, true); head.setUint16(22, channels, true);
  head.setUint32(24, rate, true); head.setUint32(28, rate * channels * 2, true); head.setUint16(32, channels * 2, true); head.setUint16(34, 16, true); text(36, "data"); head.setUint32(40, length, true);
  return new Blob([head, ...parts], { type: "audio/wav" });
}

function hear(samples, rate, channels, state) {
  if (samples.length === 0) return;
  const buffer = audio.createBuffer(channels, samples.length / channels, rate);
  for (let c = 0; c < channels; c++) { const out = buffer.getChannelData(c); for (let t = 0; t < out.length; t++) out[t] = samples[t * channels + c] / 32768; }
  const source = new AudioBufferSourceNode(audio, { buffer });
  source.connect(audio.destination);
  state.next = Math.max(state.next, audio.currentTime + 0.1);
  source.start(state.next);
  state.next += buffer.duration;
}

const history = () => { try { return JSON.parse(localStorage.getItem("history")) ?? []; } catch { return []; } };

function listHistory() {
  by("history").replaceChildren(...history().map(entry => {
    const row = document.createElement("li"), again = Object.assign(document.createElement("button"), { type: "button", textContent: `${entry.prompt} · seed ${entry.seed}` });
    again.onclick = () => { for (const [id, value] of Object.entries(entry.fields)) by(id).value = value; by("prompt").value = entry.prompt; by("seed").value = entry.seed; };
    row.append(again);
    return row;
  }));
}

function show(take, prompt, open) {
  const row = document.createElement("li"), blob = wav(take.parts, take.rate, take.channels), name = `${prompt} ${take.seed}-${take.number + 1}.wav`;
  const player = Object.assign(document.createElement("audio"), { controls: true, src: URL.createObjectURL(blob), ariaLabel: name });
  const download = Object.assign(document.createElement("button"), { type: "button", textContent: ".wav", onclick: () => save(blob, name) });
  const listen = Object.assign(document.createElement("button"), { type: "button", textContent: "Open under Listen", onclick: () => open(blob, name) });
  row.append(`${prompt}, take ${take.number + 1}, seed ${take.seed}`, player, download, listen);
  by("takes-made").prepend(row);
}

export function prepareGenerate(clipNow, open, say) {
  const number = id => by(id).value === "" ? null : Number(by(id).value);
  by("cancel").onclick = () => stop?.abort();
  by("ask").onsubmit = async event => {
    event.preventDefault();
    const prompt = by("prompt").value, takes = new Map(), state = { next: 0 }, fields = Object.fromEntries(["seconds", "takes", "guidance", "temperature", "top-k"].map(id => [id, by(id).value]));
    audio ??= new AudioContext();
    audio.resume();
    stop = new AbortController();
    by("ask-it").disabled = true;
    for (const id of ["cancel", "progress"]) by(id).hidden = false;
    by("progress").removeAttribute("value");
    say("");
    try {
      const body = { prompt, seconds: number("seconds"), takes: number("takes"), guidance: number("guidance"), temperature: number("temperature"), topK: number("top-k"), seed: number("seed"), continue: by("continue").checked ? clipNow()?.id : null };
      const response = await request("generate", { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, signal: stop.signal });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = "", piece = await reader.read(); !piece.done; piece = await reader.read()) {
        const lines = (rest + piece.value).split("\n");
        rest = lines.pop();
        for (const line of lines.map(text => JSON.parse(text))) {
          const bytes = Uint8Array.from(atob(line.audio), letter => letter.charCodeAt(0)), take = takes.get(line.take) ?? { number: line.take, seed: line.seed, rate: line.rate, channels: line.channels, parts: [], done: 0 };
          takes.set(line.take, take);
          take.parts.push(bytes);
          take.done = line.done;
          by("progress").value = [...takes.values()].reduce((sum, each) => sum + each.done, 0) / (body.takes ?? 1);
          if (line.take === 0) hear(new Int16Array(bytes.buffer), line.rate, line.channels, state);
        }
      }
    } catch (error) { say(error.name === "AbortError" ? "Stopped." : error.message); }
    for (const take of takes.values()) show(take, prompt, open);
    if (takes.size) { localStorage.setItem("history", JSON.stringify([{ prompt, seed: takes.values().next().value.seed, fields }, ...history()].slice(0, 30))); listHistory(); }
    by("ask-it").disabled = false;
    for (const id of ["cancel", "progress"]) by(id).hidden = true;
  };
  listHistory();
}
