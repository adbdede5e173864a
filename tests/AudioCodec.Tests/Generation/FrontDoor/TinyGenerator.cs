using AudioCodec.Tests.Generation.Loading;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Generation.FrontDoor;

/// <summary>The golden generators, loaded.</summary>
internal static class TinyGenerator
{
    /// <summary>Frames per second of both.</summary>
    public const int FrameRateHz = 50;

    public static Generator Load(string model = "generate_tiny", int threads = 1, GoldenTexts? texts = null, bool unload = false)
    {
        using var folder = new TemporaryFolder();
        TinyGenerators.CopyAudioCraft(folder, model);
        return Generator.Load(folder[""], OptionsOf(model, threads, texts, unload));
    }

    public static GeneratorOptions OptionsOf(string model, int threads = 1, GoldenTexts? texts = null, bool unload = false) =>
        new() { CreateTextEncoder = () => texts ?? new GoldenTexts(model), Threads = threads, UnloadTextEncoder = unload };

    public static TimeSpan Time(int frames) => TimeSpan.FromTicks(frames * TimeSpan.TicksPerSecond / FrameRateHz);
}
