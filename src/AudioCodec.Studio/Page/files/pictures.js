// Waveform and log-mel spectrogram on canvases.
const Size = 1024, Bands = 80;

function fitted(canvas) {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(canvas.clientWidth * scale));
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * scale));
  return canvas.getContext("2d");
}

export function drawWave(canvas, data, view, range, position, seconds) {
  const context = fitted(canvas), { width, height } = canvas, style = getComputedStyle(canvas);
  const x = time => (time - view[0]) / (view[1] - view[0]) * width;
  if (range) { context.fillStyle = style.getPropertyValue("--picked"); context.fillRect(x(range[0]), 0, x(range[1]) - x(range[0]), height); }
  context.fillStyle = style.getPropertyValue("--accent");
  const rate = data.length / seconds, step = (view[1] - view[0]) * rate / width;
  for (let i = 0; i < width; i++) {
    let low = 0, high = 0;
    const from = Math.floor(view[0] * rate + i * step), to = Math.min(data.length, Math.ceil(from + step));
    for (let t = from; t < to; t++) { if (data[t] < low) low = data[t]; if (data[t] > high) high = data[t]; }
    context.fillRect(i, (0.5 - high / 2) * height, 1, Math.max(1, (high - low) / 2 * height));
  }
  context.fillStyle = style.getPropertyValue("--ink");
  context.fillRect(x(position), 0, 2, height);
}

function transform(re, im) {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) { let bit = n >> 1; for (; j & bit; bit >>= 1) j ^= bit; j ^= bit; if (i < j) { [re[i], re[j]] = [re[j], re[i]]; } }
  for (let length = 2; length <= n; length <<= 1) {
    const angle = -2 * Math.PI / length, half = length >> 1;
    for (let k = 0; k < half; k++) {
      const wr = Math.cos(angle * k), wi = Math.sin(angle * k);
      for (let i = k; i < n; i += length) {
        const j = i + half, r = re[j] * wr - im[j] * wi, m = re[j] * wi + im[j] * wr;
        re[j] = re[i] - r; im[j] = im[i] - m; re[i] += r; im[i] += m;
      }
    }
  }
}

const mel = hz => 2595 * Math.log10(1 + hz / 700), hertz = m => 700 * (10 ** (m / 2595) - 1);

export function drawSpectrum(canvas, data, view, rate) {
  const context = fitted(canvas), columns = Math.min(canvas.width, 600);
  const edges = Array.from({ length: Bands + 2 }, (_, b) => hertz(mel(Math.min(12000, rate / 2)) * b / (Bands + 1)) * Size / rate);
  const picture = context.createImageData(columns, Bands), re = new Float64Array(Size), im = new Float64Array(Size);
  for (let column = 0; column < columns; column++) {
    const start = Math.round((view[0] + (view[1] - view[0]) * column / columns) * rate) - Size / 2;
    for (let i = 0; i < Size; i++) { re[i] = (data[start + i] || 0) * (0.5 - 0.5 * Math.cos(2 * Math.PI * i / Size)); im[i] = 0; }
    transform(re, im);
    for (let b = 0; b < Bands; b++) {
      const from = Math.floor(edges[b]), to = Math.max(from + 1, Math.ceil(edges[b + 2]));
      let power = 0;
      for (let k = from; k < to; k++) power += re[k] * re[k] + im[k] * im[k];
      const level = Math.max(0, Math.min(1, (10 * Math.log10(power / (to - from) + 1e-9) + 50) / 90));
      const at = ((Bands - 1 - b) * columns + column) * 4;
      picture.data[at] = 255 * Math.min(1, 1.6 * level); picture.data[at + 1] = 255 * level * level; picture.data[at + 2] = 255 * (0.12 + 0.55 * Math.sin(Math.PI * Math.min(1, level * 1.15))); picture.data[at + 3] = 255;
    }
  }
  const small = new OffscreenCanvas(columns, Bands);
  small.getContext("2d").putImageData(picture, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}
