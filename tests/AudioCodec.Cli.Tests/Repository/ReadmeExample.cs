using AudioCodec.Audio;
using AudioCodec.Codecs;

namespace AudioCodec.Cli.Tests.Repository;

/// <summary>The README's example of the library, compiled and run; the README has its text.</summary>
public sealed class ReadmeExample
{
    [Fact]
    public void Example_OnSpeech_GivesTheAudioBack()
    {
        const string Input = "speech.wav";
        File.WriteAllBytes(Input, TestAudio.Wav(TestAudio.Signal(16000, sampleRateHz: 16000)));
        try
        {
            // README begin
            using Codec codec = Codec.Load();
            using AudioSource source = AudioFile.OpenConverted("speech.wav", codec.Info.SampleRateHz, codec.Info.Channels);
            AudioBuffer audio = AudioFile.ReadAll(source);
            EncodedAudio codes = codec.Encode(audio, bandwidthKbps: 6);
            AudioBuffer decoded = codec.Decode(codes);
            // README end
            Assert.Equal((24000, 24000, 1), (decoded.LengthSamples, decoded.SampleRateHz, decoded.Channels));
            Assert.All(decoded.Samples, sample => Assert.True(float.IsFinite(sample)));
        }
        finally
        {
            File.Delete(Input);
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
        string[] body = [.. lines[(begin + 1)..end].Select(line => line.Trim())];
        Assert.Equal([.. usings, string.Empty, .. body], Readme.CSharp(Readme.Page(page)).Single().TrimEnd('\n').Split('\n'));
    }
}
