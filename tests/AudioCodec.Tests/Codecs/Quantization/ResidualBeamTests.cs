using System.Numerics.Tensors;
using AudioCodec.Codecs.Quantization;

namespace AudioCodec.Tests.Codecs.Quantization;

/// <summary>The choice of the best sums against one that takes maximum after maximum.</summary>
public sealed class ResidualBeamTests
{
    private const int Levels = 5;
    private const int Frames = 3;

    [Theory]
    [InlineData(1, 1024, 0)]
    [InlineData(8, 1024, 0)]
    [InlineData(64, 1024, 0)]
    [InlineData(8, 1024, 3)] // Scores of few values: ties everywhere.
    [InlineData(5, 37, 0)]
    [InlineData(5, 5, 2)]
    [InlineData(16, 100, 1)]
    public void Codes_AreThoseOfMaximumAfterMaximum(int width, int size, int values)
    {
        var random = new Random(width + size);
        var beam = new ResidualBeam(width);
        for (int block = 0; block < 20; block++)
        {
            // Of a large offset, gains that differ become equal by rounding.
            float offset = block % 2 * 4096f;
            MaximumByMaximum[] expected = [.. Enumerable.Range(0, Frames).Select(_ => new MaximumByMaximum(width))];
            beam.Begin(Frames, Levels);
            for (int level = 0; level < Levels; level++)
            {
                for (int frame = 0; frame < Frames; frame++)
                {
                    float[] scores = [.. Enumerable.Range(0, (level == 0 ? 1 : width) * size).Select(_ => Score(random, values) + offset)];
                    if (block == 7 && frame == 1)
                    {
                        scores.AsSpan().Fill(float.NaN);
                    }

                    beam.Extend(level, frame, scores);
                    expected[frame].Extend(scores);
                }
            }

            var codes = new ushort[Frames * Levels];
            beam.Best(codes);
            Assert.Equal(expected.SelectMany(frame => frame.Best()), codes);
        }
    }

    private static float Score(Random random, int values) => values == 0 ? random.NextSingle() - 0.5f : random.Next(values);

    /// <summary>Takes a row's maximum, of equal ones the first, and strikes it out, until the row has none that is wanted.</summary>
    private sealed class MaximumByMaximum(int width)
    {
        private List<(float Gain, ushort[] Codes)> _kept = [(0, [])];

        public void Extend(float[] scores)
        {
            int size = scores.Length / _kept.Count;
            List<(float Gain, ushort[] Codes)> best = [];
            for (int parent = 0; parent < _kept.Count; parent++)
            {
                float[] row = scores[(parent * size)..((parent + 1) * size)];
                for (int rank = 0; rank < width; rank++)
                {
                    int code = Math.Max(Array.IndexOf(row, TensorPrimitives.MaxNumber<float>(row)), 0);
                    float gain = _kept[parent].Gain + row[code];
                    if (best.Count == width && !(gain > best[^1].Gain))
                    {
                        break;
                    }

                    row[code] = float.NegativeInfinity;
                    if (best.Count == width)
                    {
                        best.RemoveAt(width - 1);
                    }

                    int place = best.Count;
                    while (place > 0 && gain > best[place - 1].Gain)
                    {
                        place--;
                    }

                    best.Insert(place, (gain, [.. _kept[parent].Codes, (ushort)code]));
                }
            }

            _kept = best;
        }

        public ushort[] Best() => _kept[0].Codes;
    }
}
