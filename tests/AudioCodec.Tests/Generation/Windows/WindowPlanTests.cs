using System.Text.Json;
using AudioCodec.Generation.Windows;
using AudioCodec.TestSupport;
using FsCheck.Fluent;

namespace AudioCodec.Tests.Generation.Windows;

public sealed class WindowPlanTests
{
    private static readonly JsonElement[] s_cases = [.. JsonDocument.Parse(File.ReadAllBytes(Fixtures.Path("golden/extension.json"))).RootElement.EnumerateArray()];

    /// <summary>Cases in which the reference's floating-point seconds lose no frame.</summary>
    public static TheoryData<int> Cases =>
        [.. Enumerable.Range(0, s_cases.Length).Where(i => !s_cases[i].TryGetProperty("reference_fails", out _) && Frames(i, "result_frames") == Frames(i, "total_frames"))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_GoldenCase_AsksForTheReferencesWindows(int index)
    {
        GenerationWindow[] plan = [.. PlanOf(index)];
        JsonElement[] expected = [.. s_cases[index].GetProperty("windows").EnumerateArray()];
        Assert.Equal(s_cases[index].TryGetProperty("windows_count", out JsonElement count) ? count.GetInt32() : expected.Length, plan.Length);
        Assert.All(expected, window => Assert.Contains(
            new GenerationWindow(window.GetProperty("first_frame").GetInt32(), window.GetProperty("prompt_frames").GetInt32(), window.GetProperty("length").GetInt32()), plan));
    }

    /// <summary>Durations at which the reference fails or loses a frame.</summary>
    [Fact]
    public void Of_AnyCase_MakesEveryFrameOnce()
    {
        for (int index = 0; index < s_cases.Length; index++)
        {
            AssertCovers([.. PlanOf(index)], Frames(index, "prompt_frames"), Frames(index, "total_frames"));
        }
    }

    [Fact]
    public void Of_AnyNumbers_MakesEveryFrameOnceFromEnoughPrompt()
    {
        var numbers =
            from window in Gen.Choose(1, 60)
            from stride in Gen.Choose(1, Math.Max(1, window - 1))
            from prompt in Gen.Choose(0, 150)
            from more in Gen.Choose(0, 200)
            select (window, stride, prompt, more);
        Law.Holds(numbers, 1000, drawn =>
        {
            GenerationWindow[] plan = [.. WindowPlan.Of(drawn.prompt, drawn.prompt + drawn.more, drawn.window, drawn.stride)];
            AssertCovers(plan, drawn.prompt, drawn.prompt + drawn.more);
            Assert.All(plan, window => Assert.InRange(window.Frames, window.PromptFrames + 1, drawn.window));
            Assert.All(plan.Skip(1), window => Assert.Equal(drawn.window - drawn.stride, window.PromptFrames));
        });
    }

    [Fact]
    public void Of_PromptLongerThanAWindow_KeepsItsLastFrames() =>
        Assert.Equal([new GenerationWindow(320, 80, 100), new GenerationWindow(340, 80, 90)], WindowPlan.Of(400, 430, 100, 20));

    private static void AssertCovers(GenerationWindow[] plan, long prompt, long total)
    {
        long known = prompt;
        foreach (GenerationWindow window in plan)
        {
            Assert.Equal(known, window.FirstFrame + window.PromptFrames);
            Assert.InRange(window.FirstFrame, 0, known);
            known = window.FirstFrame + window.Frames;
        }

        Assert.Equal(total, known);
    }

    private static IEnumerable<GenerationWindow> PlanOf(int index)
    {
        JsonElement golden = s_cases[index];
        int rate = golden.GetProperty("frame_rate").GetInt32();
        int InFrames(string seconds) => (int)Math.Round(golden.GetProperty(seconds).GetDouble() * rate);
        return WindowPlan.Of(Frames(index, "prompt_frames"), Frames(index, "total_frames"), InFrames("window"), (int)(golden.GetProperty("stride").GetDouble() * rate));
    }

    private static int Frames(int index, string name) => s_cases[index].TryGetProperty(name, out JsonElement frames) ? frames.GetInt32() : -1;
}
