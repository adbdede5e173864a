// Plays several versions of one recording in step: all sources start together, and only the gain of one is open, so that switching has no gap.
export class Player {
  constructor() { this.tracks = new Map(); this.current = null; this.loop = true; this.match = true; this.range = null; this.playing = null; this.stoppedAt = 0; }

  get context() { return this.audio ??= new AudioContext(); }

  get seconds() { return Math.max(0, ...[...this.tracks.values()].map(track => track.buffer.duration)); }

  async add(name, bytes) {
    const buffer = await this.context.decodeAudioData(bytes);
    let sum = 0, count = 0;
    for (let c = 0; c < buffer.numberOfChannels; c++) { const data = buffer.getChannelData(c); for (let i = 0; i < data.length; i++) sum += data[i] * data[i]; count += data.length; }
    this.tracks.set(name, { buffer, rms: Math.sqrt(sum / Math.max(1, count)) });
    this.current ??= name;
    this.restart();
  }

  remove(name) { this.tracks.delete(name); if (this.current === name) this.current = this.tracks.keys().next().value ?? null; this.restart(); }

  clear() { this.stop(); this.tracks.clear(); this.current = null; this.range = null; this.stoppedAt = 0; }

  // Level of a track beside the first one, the original.
  levelOf(name) {
    const first = this.tracks.values().next().value, track = this.tracks.get(name);
    return this.match && track.rms > 0 && first.rms > 0 ? first.rms / track.rms : 1;
  }

  select(name) {
    this.current = name;
    if (!this.playing) return;
    const now = this.context.currentTime;
    for (const [other, node] of this.playing.nodes) node.gain.gain.setTargetAtTime(other === name ? this.levelOf(other) : 0, now, 0.004);
  }

  get position() {
    if (!this.playing) return this.stoppedAt;
    const [from, to] = this.range ?? [0, this.seconds];
    const elapsed = Math.max(0, this.context.currentTime - this.playing.at) + this.playing.from;
    return this.loop && elapsed > to ? from + ((elapsed - from) % Math.max(0.01, to - from)) : Math.min(elapsed, to);
  }

  async play() {
    if (this.tracks.size === 0 || this.playing || this.starting) return;
    const starting = this.starting = {};
    await this.context.resume();
    if (this.starting !== starting) return; // Stopped meanwhile.
    this.starting = null;
    const [from, to] = this.range ?? [0, this.seconds];
    const start = this.stoppedAt >= from && this.stoppedAt < to - 0.02 ? this.stoppedAt : from;
    const at = this.context.currentTime + 0.03;
    const playing = { at, from: start, nodes: new Map() };
    for (const [name, track] of this.tracks) {
      const source = new AudioBufferSourceNode(this.context, { buffer: track.buffer, loop: this.loop, loopStart: from, loopEnd: to });
      const gain = new GainNode(this.context, { gain: name === this.current ? this.levelOf(name) : 0 });
      source.connect(gain).connect(this.context.destination);
      if (this.loop) source.start(at, start); else source.start(at, start, to - start);
      playing.nodes.set(name, { source, gain });
    }
    if (!this.loop) playing.nodes.values().next().value.source.onended = () => { if (this.playing === playing) { this.stop(); this.stoppedAt = from; this.onchange?.(); } };
    this.playing = playing;
    this.onchange?.();
  }

  stop() {
    this.starting = null;
    if (!this.playing) return;
    this.stoppedAt = this.position;
    for (const { source } of this.playing.nodes.values()) { source.onended = null; source.stop(); }
    this.playing = null;
    this.onchange?.();
  }

  seek(time) {
    const playing = this.playing;
    this.stop();
    this.stoppedAt = time;
    if (playing) this.play();
  }

  restart() { if (this.playing) { this.stop(); this.play(); } }
}
