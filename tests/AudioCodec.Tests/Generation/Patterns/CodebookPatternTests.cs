using System.Text.Json;
using AudioCodec.Generation.Patterns;
using AudioCodec.TestSupport;
using FsCheck.Fluent;

namespace AudioCodec.Tests.Generation.Patterns;

public sealed class CodebookPatternTests
{
    private const int Special = 2048;
    private static readonly JsonElement[] s_cases = [.. JsonDocument.Parse(File.ReadAllBytes(Fixtures.Path("golden/patterns.json"))).RootElement.EnumerateArray()];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, s_cases.Length).Where(i => !s_cases[i].TryGetProperty("reference_fails", out _))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Layout_GoldenCase_EqualsTheReference(int index)
    {
        JsonElement golden = s_cases[index];
        PatternLayout layout = PatternOf(golden).Layout(golden.GetProperty("frames").GetInt32());
        JsonElement[] steps = [.. golden.GetProperty("layout").EnumerateArray()];
        Assert.Equal(steps.Length, layout.Steps);
        for (int step = 0; step < steps.Length; step++)
        {
            int[] expected = [.. Enumerable.Repeat(-1, layout.Codebooks)];
            foreach (JsonElement place in steps[step].EnumerateArray())
            {
                expected[place[1].GetInt32()] = place[0].GetInt32();
            }

            Assert.Equal(expected, Enumerable.Range(0, layout.Codebooks).Select(codebook => layout.FrameAt(step, codebook)));
        }

        Assert.Equal(golden.GetProperty("max_delay").GetInt32(), layout.MaxDelay);
        Assert.Equal(golden.GetProperty("training_steps").GetInt32(), layout.TrainingSteps);
        Assert.Equal(Integers(golden.GetProperty("first_step_of_frame")), Enumerable.Range(0, layout.Frames).Select(layout.FirstStepOf));
        Assert.Equal(Integers(golden.GetProperty("predicted_per_codebook_full")), Predicted(layout, layout.Steps));
        Assert.Equal(Integers(golden.GetProperty("predicted_per_codebook_training")), Predicted(layout, layout.TrainingSteps));
    }

    [Theory]
    [InlineData("delay")]
    [InlineData("parallel")]
    [InlineData("flatten")]
    [InlineData("coarse_first")]
    [InlineData("musiclm")]
    public void Layout_OfTheGoldenModel_EqualsTheReference(string name)
    {
        using GoldenFile golden = GoldenFile.Open("audiogen_lm_tiny");
        int[][] rows = [.. golden.Ints($"{name}.pattern").Chunk(3)];
        PatternLayout layout = ByName(name, 4).Layout(24);
        Assert.Equal(rows.Length, Enumerable.Range(0, layout.Steps * 4).Count(place => layout.FrameAt(place / 4, place % 4) >= 0));
        Assert.All(rows, row => Assert.Equal(row[2], layout.FrameAt(row[0], row[1])));
    }

    [Fact]
    public void BuildThenRevert_AnyPattern_GivesTheCodesBack()
    {
        var patterns =
            from codebooks in Gen.Choose(1, 8)
            from kind in Gen.Choose(0, 6)
            from frames in Gen.Choose(1, 40)
            from option in Gen.Choose(0, 4)
            select (Pattern: Any(kind, codebooks, option), frames);
        Law.Holds(patterns, 400, drawn =>
        {
            PatternLayout layout = drawn.Pattern.Layout(drawn.frames);
            int[] codes = [.. Enumerable.Range(0, drawn.frames * layout.Codebooks)];
            var steps = new int[layout.Steps * layout.Codebooks];
            layout.Build(codes, Special, steps);
            var mask = new bool[steps.Length];
            layout.Mask(mask);
            Assert.Equal(codes.Length, mask.Count(set => set));
            Assert.All(steps.Zip(mask), place => Assert.Equal(place.Second, place.First != Special));
            var reverted = new int[codes.Length];
            layout.Revert(steps, -1, reverted);
            Assert.Equal(codes, reverted);
            Assert.All(Enumerable.Range(0, drawn.frames), frame => Assert.InRange(layout.LastStepOf(frame), layout.FirstStepOf(frame), layout.Steps - 1));
        });
    }

    /// <summary>A part of the steps gives what it holds, and says what is missing.</summary>
    [Fact]
    public void Revert_FirstSteps_LeavesTheRestMissing()
    {
        PatternLayout layout = DelayPattern.Standard(3).Layout(4);
        var steps = new int[3 * 3];
        layout.Build([.. Enumerable.Range(0, 12)], Special, steps);
        Assert.Equal([Special, Special, Special, 0, Special, Special, 3, 1, Special], steps);
        var codes = new int[12];
        layout.Revert(steps, -1, codes);
        Assert.Equal([0, 1, -1, 3, -1, -1, -1, -1, -1, -1, -1, -1], codes);
    }

    [Fact]
    public void Stereo_EightCodebooks_DelaysPairs() => Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], DelayPattern.Stereo(8).Delays);

    /// <summary>The reference fails on these.</summary>
    [Fact]
    public void Layout_OneCodebookOrAnUnevenGroup_IsWhatIsMeant()
    {
        Assert.Equal(4 + 1, new CoarseFirstPattern(1).Layout(4).Steps);
        PatternLayout uneven = new MusicLmPattern(4, 3).Layout(2);
        Assert.Equal(8 + 1, uneven.Steps);
        Assert.Equal(0, uneven.FrameAt(7, 3));
        Assert.Equal(1, uneven.FrameAt(8, 3));
    }

    [Fact]
    public void Constructor_OptionsThatDoNotFit_Throws()
    {
        Assert.Throws<ArgumentException>(() => new DelayPattern([0, 2, 1]));
        Assert.Throws<ArgumentException>(() => new DelayPattern([-1, 0]));
        Assert.ThrowsAny<ArgumentException>(() => new DelayPattern([]));
        Assert.ThrowsAny<ArgumentException>(() => new DelayPattern(null!));
        Assert.ThrowsAny<ArgumentException>(() => new DelayPattern([0], emptyInitial: -2));
        Assert.Throws<ArgumentException>(() => new UnrolledPattern([0, 1, 1], [0, 1, 2]));
        Assert.Throws<ArgumentException>(() => new UnrolledPattern([0, 1], [0]));
        Assert.ThrowsAny<ArgumentException>(() => new MusicLmPattern(4, 0));
        Assert.ThrowsAny<ArgumentException>(() => DelayPattern.Standard(4).Layout(0));
        Assert.Throws<ArgumentException>(() => DelayPattern.Standard(4).Layout(2).Build(new int[7], Special, new int[4]));
        Assert.Throws<ArgumentException>(() => DelayPattern.Standard(4).Layout(2).Build(new int[8], Special, new int[28]));
    }

    [Fact]
    public void Equals_ByOptions()
    {
        Assert.Equal(DelayPattern.Parallel(3), new DelayPattern([0, 0, 0]));
        Assert.NotEqual(DelayPattern.Parallel(3), new DelayPattern([0, 0, 0], emptyInitial: 1));
        Assert.NotEqual<CodebookPattern>(DelayPattern.Standard(3), UnrolledPattern.Flat(3));
        Assert.Equal(new CoarseFirstPattern(4).GetHashCode(), new CoarseFirstPattern([0, 0, 0]).GetHashCode());
    }

    internal static CodebookPattern ByName(string name, int codebooks) => name switch
    {
        "delay" => DelayPattern.Standard(codebooks),
        "parallel" => DelayPattern.Parallel(codebooks),
        "flatten" => UnrolledPattern.Flat(codebooks),
        "coarse_first" => new CoarseFirstPattern(codebooks),
        "musiclm" => new MusicLmPattern(codebooks),
        _ => throw new ArgumentException(name),
    };

    private static CodebookPattern Any(int kind, int codebooks, int option)
    {
        int[] delays = [.. Enumerable.Range(0, codebooks).Select(q => q * option / 2)];
        return kind switch
        {
            0 => new DelayPattern(delays, option, option - 1),
            1 => DelayPattern.Standard(codebooks),
            2 => DelayPattern.Stereo(codebooks),
            3 => new UnrolledPattern(delays, delays),
            4 => UnrolledPattern.Flat(codebooks),
            5 => new CoarseFirstPattern(delays[1..]),
            _ => new MusicLmPattern(codebooks, option + 1),
        };
    }

    private static CodebookPattern PatternOf(JsonElement golden)
    {
        int codebooks = golden.GetProperty("codebooks").GetInt32();
        JsonElement options = golden.GetProperty("options");
        int[] Numbers(string name, Func<int[]> otherwise) => options.TryGetProperty(name, out JsonElement numbers) ? Integers(numbers) : otherwise();
        int Number(string name, int otherwise) => options.TryGetProperty(name, out JsonElement number) ? number.GetInt32() : otherwise;
        int[] Counting() => [.. Enumerable.Range(0, codebooks)];
        return golden.GetProperty("pattern").GetString() switch
        {
            "DelayedPatternProvider" => new DelayPattern(Numbers("delays", Counting), Number("flatten_first", 0), Number("empty_initial", 0)),
            "ParallelPatternProvider" => DelayPattern.Parallel(codebooks, Number("empty_initial", 0)),
            "UnrolledPatternProvider" => new UnrolledPattern(Numbers("flattening", Counting), Numbers("delays", () => new int[codebooks])),
            "CoarseFirstPattern" => new CoarseFirstPattern(Numbers("delays", () => new int[codebooks - 1])),
            "MusicLMPattern" => new MusicLmPattern(codebooks, Number("group_by", 2)),
            string other => throw new InvalidDataException(other),
            null => throw new InvalidDataException(),
        };
    }

    private static IEnumerable<int> Predicted(PatternLayout layout, int steps) =>
        Enumerable.Range(0, layout.Codebooks).Select(codebook => Enumerable.Range(0, steps).Count(step => layout.HasCode(step, codebook)));

    private static int[] Integers(JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => number.GetInt32())];
}
