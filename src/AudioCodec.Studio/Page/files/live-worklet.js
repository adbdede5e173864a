// Microphone in and decoded sound out in one processor, so that one clock, counted in samples, tells how long a sound was under way.
const Head = 16, LeastSeconds = 0.03, MostSeconds = 0.4, SlackSeconds = 0.06, CalmSeconds = 5, ReportSeconds = 0.1;

class Live extends AudioWorkletProcessor {
  constructor({ processorOptions: { hop, channels } }) {
    super();
    Object.assign(this, { hop, channels, blocks: [], waiting: 0, place: 0, playing: false, target: LeastSeconds * sampleRate, calm: 0, reported: 0, ended: false });
    Object.assign(this, { received: 0, lost: 0, late: 0, gaps: 0, bytes: 0, latency: null, serverMs: 0, energy: 0 });
    this.begin();
    this.port.onmessage = ({ data }) => { if (data === "end") this.ended = true; else this.take(data); };
  }

  begin() { this.message = new ArrayBuffer(8 + this.hop * this.channels * 2); this.spoken = new Int16Array(this.message, 8); this.filled = 0; }

  take(data) {
    const head = new DataView(data), samples = new Int16Array(data, Head);
    this.serverMs = head.getFloat32(8, true);
    this.bytes += head.getUint16(12, true);
    this[["received", "lost", "late"][head.getUint8(14)]]++;
    if (samples.length === 0) return;
    this.blocks.push({ at: head.getFloat64(0, true), samples });
    this.waiting += samples.length / this.channels;
    // More waits than jitter explains: the rest would only be delay.
    while (this.waiting > this.target + SlackSeconds * sampleRate && this.blocks.length > 1) this.drop();
  }

  drop() { this.waiting -= this.blocks.shift().samples.length / this.channels - this.place; this.place = 0; }

  process([input], [output]) {
    for (let i = 0; i < output[0].length; i++) { this.capture(input, i); this.play(output, i); }
    this.calm += output[0].length;
    if (this.calm > CalmSeconds * sampleRate) { this.calm = 0; this.target = Math.max(LeastSeconds * sampleRate, this.target - this.hop); }
    if (currentFrame - this.reported > ReportSeconds * sampleRate) this.report();
    return !this.ended;
  }

  capture(input, i) {
    if (this.filled === 0) new DataView(this.message).setFloat64(0, currentFrame + i, true);
    for (let c = 0; c < this.channels; c++) { const heard = input.length ? input[Math.min(c, input.length - 1)][i] : 0; this.spoken[this.filled * this.channels + c] = Math.max(-32768, Math.min(32767, Math.round(heard * 32768))); }
    if (++this.filled === this.hop) { this.port.postMessage(this.message, [this.message]); this.begin(); }
  }

  play(output, i) {
    if (!this.playing) { if (this.waiting < this.target) return; this.playing = true; }
    if (this.blocks.length === 0) { this.playing = false; this.gaps++; this.calm = 0; this.target = Math.min(MostSeconds * sampleRate, this.target + this.hop); return; }
    const { at, samples } = this.blocks[0];
    if (this.place === 0) this.latency = currentFrame + i - at;
    for (let c = 0; c < this.channels; c++) { const value = samples[this.place * this.channels + c] / 32768; output[c][i] = value; this.energy += value * value; }
    this.place++;
    this.waiting--;
    if (this.place * this.channels >= samples.length) { this.blocks.shift(); this.place = 0; }
  }

  report() {
    const { received, lost, late, gaps, bytes, latency, serverMs } = this, level = Math.sqrt(this.energy / ((currentFrame - this.reported) * this.channels));
    this.port.postMessage({ received, lost, late, gaps, bytes, serverMs, level, waitingMs: this.waiting / sampleRate * 1000, latencyMs: latency == null ? null : latency / sampleRate * 1000 });
    this.reported = currentFrame;
    this.energy = 0;
  }
}

registerProcessor("live", Live);
