using AudioCodec;

namespace AudioCodec.Cli.Tests.Repository;

/// <summary>The README's example of the library, compiled and run; the README has its text.</summary>
public sealed class ReadmeExample
{
    private readonly List<float> _played = [];

    [Fact]
    public async Task Example_OnSpeech_PlaysItFromTheMiddle()
    {
        const string Input = "speech.wav";
        File.WriteAllBytes(Input, TestAudio.Wav(TestAudio.Signal(16000, sampleRateHz: 16000)));
        try
        {
            // README begin
            await using Codec codec = await Codec.LoadAsync();
            await using (FileStream input = File.OpenRead("speech.wav"), output = File.Create("speech.ecdc"))
            {
                await codec.CompressAsync(input, output, new CompressionOptions { BandwidthKbps = 6 }, new Progress<double>(part => Console.Write($"\r{part:P0}")));
            }

            await using EcdcFile file = await codec.OpenAsync(File.OpenRead("speech.ecdc"));
            await foreach (AudioBlock block in file.ReadAudioAsync(start: TimeSpan.FromSeconds(0.5)))
            {
                Play(block.Samples.Span);
            }

            // README end
            Assert.Equal((24000, 24000, 1), (file.Info.LengthSamples, file.Info.SampleRateHz, file.Info.Channels));
            Assert.Equal(12000, _played.Count); // From half a second on.
            Assert.All(_played, sample => Assert.True(float.IsFinite(sample)));
            Assert.Contains(_played, sample => Math.Abs(sample) > 0.01f);
        }
        finally
        {
            File.Delete(Input);
            File.Delete("speech.ecdc");
        }
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("src/AudioCodec/README.md")]
    public void Readme_Example_IsTheTextAbove(string page)
    {
        string[] lines = Readme.Page("tests/AudioCodec.Cli.Tests/Repository/ReadmeExample.cs").Split('\n');
        int begin = Array.FindIndex(lines, line => line.Trim() == "// README begin");
        int end = Array.FindIndex(lines, line => line.Trim() == "// README end");
        string[] usings = [.. lines.Where(line => line.StartsWith("using AudioCodec", StringComparison.Ordinal))];
        int indent = lines[begin].Length - lines[begin].TrimStart().Length;
        string[] body = [.. lines[(begin + 1)..end].Select(line => line[Math.Min(indent, line.Length)..])];
        Assert.Equal(string.Join('\n', [.. usings, string.Empty, .. body]).TrimEnd(), Readme.CSharp(Readme.Page(page)).Single().TrimEnd());
    }

    private void Play(ReadOnlySpan<float> samples) => _played.AddRange(samples);
}
