// Figures of listening tests.
// Chance of at least so many right answers by guessing (exact, one-sided binomial).
export function binomialTail(right, trials) {
  let term = 0.5 ** trials, sum = 0;
  for (let k = 0; k <= trials; k++) { if (k >= right) sum += term; term *= (trials - k) / (k + 1); }
  return Math.min(1, sum);
}

// Two-sided 95 % points of Student's t by degrees of freedom.
const Points = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042];
// Beyond the table: the first terms of the expansion around the normal distribution's point.
export const studentT = freedom => freedom < 1 ? NaN : Points[freedom - 1] ?? 1.95996 + 2.37227 / freedom + 2.8225 / freedom ** 2;

export function summary(values) {
  const n = values.length, mean = values.reduce((a, b) => a + b, 0) / n;
  const variance = n > 1 ? values.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1) : NaN;
  return { n, mean, half: studentT(n - 1) * Math.sqrt(variance / n) };
}

export function shuffled(list) {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i--) { const j = crypto.getRandomValues(new Uint32Array(1))[0] % (i + 1); [result[i], result[j]] = [result[j], result[i]]; }
  return result;
}
