using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Quantization;
using AudioCodec.Numerics;

namespace AudioCodec.Tests.Codecs.Quantization;

/// <summary>The residual search against searches written down plainly.</summary>
public sealed unsafe class ResidualSearchTests
{
    private const int Dimension = 5;
    private const int Size = 8;
    private const int Codebooks = 3;
    private const int Frames = 101;

    [Fact]
    public void WidthOfEveryPair_TwoLevels_FindsTheNearestSum()
    {
        // With as many candidates as a codebook has entries, two levels are searched exhaustively.
        (float[][] books, float[] latents) = Data(1);
        ushort[] codes = Search(books, latents, 2, Size);
        for (int frame = 0; frame < Frames; frame++)
        {
            double best = double.PositiveInfinity;
            for (int a = 0; a < Size; a++)
            {
                for (int b = 0; b < Size; b++)
                {
                    best = Math.Min(best, Distance(books, latents, frame, [(ushort)a, (ushort)b]));
                }
            }

            Assert.Equal(best, Distance(books, latents, frame, codes.AsSpan(frame * 2, 2)), 1e-5);
        }
    }

    [Fact]
    public void WidthOne_IsTheGreedySearch()
    {
        (float[][] books, float[] latents) = Data(2);
        Assert.Equal(Greedy(books, latents), Search(books, latents, Codebooks, 1));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(64)]
    public void WiderSearch_IsTheBeamWrittenPlainly_AndNearerThanTheGreedyOne(int width)
    {
        (float[][] books, float[] latents) = Data(3);
        ushort[] codes = Search(books, latents, Codebooks, width);
        ushort[] greedy = Greedy(books, latents);
        (double narrow, double wide) = (0, 0);
        for (int frame = 0; frame < Frames; frame++)
        {
            double found = Distance(books, latents, frame, codes.AsSpan(frame * Codebooks, Codebooks));
            Assert.Equal(Plain(books, latents, frame, width), found, 1e-5);
            narrow += Distance(books, latents, frame, greedy.AsSpan(frame * Codebooks, Codebooks));
            wide += found;
        }

        Assert.True(wide < 0.97 * narrow, $"{wide} against {narrow}");
    }

    [Fact]
    public void NotANumber_GivesCodesOfTheCodebook()
    {
        (float[][] books, float[] latents) = Data(4);
        latents.AsSpan(0, 2 * Dimension).Fill(float.NaN);
        latents.AsSpan(2 * Dimension, Dimension).Fill(float.PositiveInfinity);
        ushort[] codes = Search(books, latents, Codebooks, 4);
        Assert.Equal(0, codes[0]);
        Assert.All(codes, code => Assert.InRange(code, 0, Size - 1));
        (float[][] same, float[] clean) = Data(4);
        ushort[] others = Search(same, clean, Codebooks, 4);
        Assert.Equal(others[(3 * Codebooks)..], codes[(3 * Codebooks)..]);
    }

    [Theory]
    [InlineData("encodec_tiny_causal")]
    [InlineData("encodec_tiny_stereo")]
    public void Model_CutOrThreaded_GivesTheSameCodes_AndSaysWhichWidthIsAllowed(string name)
    {
        EncodecModel model = GoldenModels.Get(name);
        float[] samples = Streams.Signal(30, 3001 * model.Config.Channels);
        ushort[] whole = [.. Streams.Encode(model, 4, samples, [0..samples.Length], searchWidth: 4).AllCodes];
        IEnumerable<Range> cut = Streams.Cut(3001, 5, 700).Select(r => (r.Start.Value * model.Config.Channels)..(r.End.Value * model.Config.Channels));
        Assert.Equal(whole, Streams.Encode(model, 4, samples, cut, threads: 2, searchWidth: 4).AllCodes);
        Assert.NotEqual(whole, Streams.Encode(model, 4, samples, [0..samples.Length]).AllCodes);
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingEncoder(model, 4, searchWidth: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingEncoder(model, 4, searchWidth: EncodecConfig.MaxSearchWidth + 1));
    }

    private static (float[][] Books, float[] Latents) Data(int seed)
    {
        var random = new Random(seed);
        float[] Draw(int count, float scale) => [.. Enumerable.Range(0, count).Select(_ => scale * ((2 * random.NextSingle()) - 1))];
        float[][] books = [.. Enumerable.Range(0, Codebooks).Select(k => Draw(Size * Dimension, 1f / (1 + k)))];
        return (books, Draw(Frames * Dimension, 1.5f));
    }

    private static ushort[] Search(float[][] books, float[] latents, int codebooks, int width)
    {
        var quantizer = new QuantizerState(new ResidualVectorQuantizer(Dimension, Size, books), new Executor(1), width);
        var codes = new ushort[Frames * codebooks];
        fixed (float* at = latents)
        {
            quantizer.Encode(at, Frames, codebooks, codes);
        }

        return codes;
    }

    private static double Distance(float[][] books, float[] latents, int frame, ReadOnlySpan<ushort> codes)
    {
        double sum = 0;
        for (int d = 0; d < Dimension; d++)
        {
            double rest = latents[(frame * Dimension) + d];
            for (int level = 0; level < codes.Length; level++)
            {
                rest -= books[level][(codes[level] * Dimension) + d];
            }

            sum += rest * rest;
        }

        return sum;
    }

    private static ushort[] Greedy(float[][] books, float[] latents) => [.. Enumerable.Range(0, Frames).SelectMany(frame => Best(books, latents, frame, 1))];

    private static double Plain(float[][] books, float[] latents, int frame, int width) => Distance(books, latents, frame, Best(books, latents, frame, width));

    private static ushort[] Best(float[][] books, float[] latents, int frame, int width)
    {
        ushort[][] kept = [[]];
        for (int level = 0; level < Codebooks; level++)
        {
            kept = [.. kept
                .SelectMany(codes => Enumerable.Range(0, Size).Select(code => (ushort[])[.. codes, (ushort)code]))
                .OrderBy(codes => Distance(books, latents, frame, codes))
                .Take(Math.Min(width, Size))];
        }

        return kept[0];
    }
}
