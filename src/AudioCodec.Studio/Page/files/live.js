// The microphone through the codec and a simulated network, heard as the other end would hear it.
import { request } from "./api.js";

const by = id => document.getElementById(id);
const Sliders = { loss: "%", jitter: "ms", wait: "ms", volume: "%" };
let running;

const base64url = text => btoa(String.fromCharCode(...new TextEncoder().encode(text))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const network = () => JSON.stringify({ loss: by("loss").value / 100, jitterMs: Number(by("jitter").value), bufferMs: Number(by("wait").value) });

async function connect(path) {
  const key = sessionStorage.getItem("key"), address = new URL("api/" + path, document.baseURI);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address, ["audiocodec-live-1", ...(key ? ["key." + base64url(key)] : [])]);
  socket.binaryType = "arraybuffer";
  await new Promise((open, fail) => { socket.onopen = open; socket.onerror = fail; }).catch(async () => {
    await request(path); // A page is not told why a socket did not open; a plain request gets the reason.
    throw new Error("The connection could not be opened.");
  });
  return socket;
}

function show(report, session) {
  const { context, track } = session, devices = 1000 * ((context.outputLatency || context.baseLatency || 0) + (track.getSettings().latency ?? 0));
  const packets = report.received + report.lost + report.late, hidden = report.lost + report.late, seconds = packets * session.info.hopSamples / session.info.sampleRateHz;
  if (report.latencyMs != null) {
    by("live-latency").textContent = `${Math.round(report.latencyMs + devices)} ms`;
    by("live-parts").textContent = `server and simulated network ${report.serverMs.toFixed(0)} ms, waiting here ${report.waitingMs.toFixed(0)} ms, devices ${devices.toFixed(0)} ms`;
  }
  by("live-packets").textContent = `${packets}, ${seconds > 0 ? (report.bytes * 8 / seconds / 1000).toFixed(2) : "–"} kbit/s`;
  by("live-concealed").textContent = `${hidden} (${packets ? (100 * hidden / packets).toFixed(0) : 0} %): ${report.lost} lost, ${report.late} too late`;
  by("live-gaps").textContent = report.gaps;
  by("live-level").value = Math.max(-60, 20 * Math.log10(report.level + 1e-9));
}

async function begin(session, say) {
  const { info, context } = session, of = async promise => { const result = await promise; if (session.over) throw new DOMException("", "AbortError"); return result; };
  if (!navigator.mediaDevices) throw new Error("The microphone needs https, or this page on its own machine (localhost).");
  say("Waiting for the microphone …");
  session.stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: info.channels, echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  session.track = session.stream.getAudioTracks()[0];
  session.track.onended = () => stopLive(say, "The microphone is gone.");
  await of(context.audioWorklet.addModule(new URL("live-worklet.js", import.meta.url)));
  say("Connecting …");
  session.socket = await connect(`live?codec=${encodeURIComponent(info.name)}&kbps=${by("live-rate").value}`);
  await of(context.resume());
  const { socket } = session, node = new AudioWorkletNode(context, "live", { channelCount: info.channels, channelCountMode: "explicit", outputChannelCount: [info.channels], processorOptions: { hop: info.hopSamples, channels: info.channels } });
  session.node = node;
  session.gain = new GainNode(context, { gain: by("volume").value / 100 });
  socket.send(network());
  socket.onmessage = ({ data }) => node.port.postMessage(data, [data]);
  socket.onclose = ({ reason }) => stopLive(say, reason || "The connection ended.");
  // What cannot be sent at once is old by the time it could be.
  node.port.onmessage = ({ data }) => { if (data instanceof ArrayBuffer) { if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < 32000) socket.send(data); } else show(data, session); };
  new MediaStreamAudioSourceNode(context, { mediaStream: session.stream }).connect(node).connect(session.gain).connect(context.destination);
  say("You hear yourself as the other end would.");
}

export function stopLive(say, why = "Stopped.") {
  if (!running) return;
  const { stream, socket, node, context } = running;
  running.over = true;
  running = null;
  if (node) { node.port.onmessage = null; node.port.postMessage("end"); node.disconnect(); }
  if (socket) { socket.onclose = socket.onmessage = null; socket.close(1000); }
  for (const track of stream?.getTracks() ?? []) { track.onended = null; track.stop(); }
  context.close();
  by("talk").textContent = "Start";
  by("live-level").value = -60;
  say(why);
}

export function prepareLive(codecs, say) {
  const able = codecs.filter(codec => codec.live);
  by("live-codec").replaceChildren(...able.map(codec => new Option(codec.name, codec.name)));
  const chosen = () => able.find(codec => codec.name === by("live-codec").value);
  const rates = () => by("live-rate").replaceChildren(...(chosen()?.rates ?? []).map(rate => new Option(rate, rate, false, rate === chosen().defaultRate)));
  by("live-codec").onchange = () => { rates(); stopLive(say); };
  by("live-rate").onchange = () => stopLive(say);
  rates();
  for (const [id, unit] of Object.entries(Sliders)) {
    const slider = by(id), tell = () => { by(id + "-value").textContent = `${slider.value} ${unit}`; };
    slider.oninput = () => {
      tell();
      if (id === "volume") { if (running?.gain) running.gain.gain.value = slider.value / 100; }
      else if (running?.node) running.socket.send(network());
    };
    tell();
  }
  by("talk").onclick = async () => {
    if (running) return stopLive(say);
    const info = chosen(), session = { info };
    try {
      session.context = new AudioContext({ sampleRate: info.sampleRateHz, latencyHint: "interactive" });
      running = session;
      by("talk").textContent = "Stop";
      await begin(session, say);
    } catch (error) {
      if (session.over) { for (const track of session.stream?.getTracks() ?? []) track.stop(); session.socket?.close(1000); }
      else if (running) stopLive(say, error.name === "NotAllowedError" ? "The microphone was not allowed." : error.message);
      else say(error.message);
    }
  };
  addEventListener("pagehide", () => stopLive(say));
  return able.length > 0;
}
