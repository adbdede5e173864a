"""Writes stoi.json: STOI and ESTOI of synthetic signals at 10 kHz, computed with numpy from the published formulas.

Run by hand (python3 with numpy); tests only read the result. Written from Taal et al. 2011 and Jensen and Taal 2016,
in double precision and with numpy's own FFT, independently of the C# implementation that it checks.
"""
import json
import os

import numpy as np

RATE = 10000
MASK = (1 << 64) - 1


def noise(name, count):
    """Uniform noise in [-1, 1): FNV-1a of the name, then splitmix64 of the index (as tests/Shared/FormulaWeights.cs)."""
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    values = np.empty(count)
    for i in range(count):
        z = (h + (i + 1) * 0x9E3779B97F4A7C15) & MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        values[i] = (z >> 40) * 2.0**-23 - 1
    return values


def voice(count):
    """Gliding harmonics under two moving formants with a 4 Hz syllable rhythm, and a pause from 1.2 s to 1.6 s."""
    t = np.arange(count) / RATE
    phase = 2 * np.pi * (130 * t + 20 / (2 * np.pi * 0.7) * np.sin(2 * np.pi * 0.7 * t))
    pitch = 130 + 20 * np.cos(2 * np.pi * 0.7 * t)
    x = np.zeros(count)
    for h in range(1, 30):
        f = h * pitch
        gain = 1 / (1 + ((f - 600 - 250 * np.sin(2 * np.pi * 1.3 * t)) / 150) ** 2)
        gain += 0.5 / (1 + ((f - 1900 - 500 * np.sin(2 * np.pi * 0.9 * t + 1)) / 250) ** 2)
        x += gain * np.sin(h * phase)
    rhythm = 0.55 - 0.45 * np.cos(2 * np.pi * 4 * t)
    x = 0.1 * x * rhythm * rhythm + 0.0005 * noise("breath", count)
    x[(t >= 1.2) & (t < 1.6)] *= 1e-4
    return x


def hann(n):
    return np.sin(np.pi * np.arange(1, n + 1) / (n + 1)) ** 2


def frames(x):
    return np.stack([x[i:i + 256] * hann(256) for i in range(0, len(x) - 256, 128)])


def without_silence(x, y):
    fx, fy = frames(x), frames(y)
    level = 20 * np.log10(np.sqrt((fx**2).sum(1)) + 1e-300)
    keep = level > level.max() - 40

    def join(f):
        out = np.zeros((len(f) - 1) * 128 + 256)
        for i, frame in enumerate(f):
            out[i * 128:i * 128 + 256] += frame
        return out

    return join(fx[keep]), join(fy[keep])


def bands(x):
    power = np.abs(np.fft.rfft(frames(x), 512, axis=1)) ** 2
    bin_hz = np.arange(257) * RATE / 512
    out = []
    for k in range(15):
        low = np.abs(bin_hz - 150 * 2 ** ((2 * k - 1) / 6)).argmin()
        high = np.abs(bin_hz - 150 * 2 ** ((2 * k + 1) / 6)).argmin()
        out.append(np.sqrt(power[:, low:high].sum(1)))
    return np.stack(out)  # [band, frame]


def center(a, axis):
    a = a - a.mean(axis, keepdims=True)
    return a / np.sqrt((a**2).sum(axis, keepdims=True))


def scores(x, y):
    x, y = without_silence(x, y)
    x, y = bands(x), bands(y)
    plain, extended = [], []
    for m in range(x.shape[1] - 29):
        a, b = x[:, m:m + 30], y[:, m:m + 30]
        scaled = b * np.sqrt((a**2).sum(1, keepdims=True) / (b**2).sum(1, keepdims=True))
        clipped = np.minimum(scaled, a * (1 + 10 ** (15 / 20)))
        plain.append((center(a, 1) * center(clipped, 1)).sum(1).mean())
        extended.append((center(center(a, 1), 0) * center(center(b, 1), 0)).sum() / 30)
    return float(np.mean(plain)), float(np.mean(extended))


def main():
    count = 30000
    x = voice(count)
    n = noise("masker", count)
    t = np.arange(count) / RATE
    kernel = np.ones(12) / 12
    cases = {
        "same": x,
        "noise_0.02": x + 0.02 * n,
        "noise_0.1": x + 0.1 * n,
        "noise_0.5": x + 0.5 * n,
        "smoothed": np.convolve(x, kernel)[:count],
        "modulated_noise": x + 0.2 * n * (0.5 + 0.5 * np.sin(2 * np.pi * 6 * t)),
        "late_5ms": np.concatenate([np.zeros(50), x[:-50]]),
        "only_noise": n,
    }
    result = {name: dict(zip(("stoi", "estoi"), scores(x, y))) for name, y in cases.items()}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "stoi.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
