using AudioCodec.Audio;
using NAudio.Wave;

namespace AudioCodec.NAudio.Tests;

/// <summary>Sources of the library as providers, and the other way.</summary>
public sealed class SampleProviderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ToSampleProvider_AudioBuffer_GivesItInterleaved()
    {
        var audio = new AudioBuffer([1, 2, 3, 4, 5, 6], 2, 8000);
        ISampleProvider provider = audio.ToSampleProvider();
        Assert.Equal(WaveFormat.CreateIeeeFloatWaveFormat(8000, 2), provider.WaveFormat);
        var samples = new float[5];
        Assert.Equal(4, provider.Read(samples));
        Assert.Equal([1, 4, 2, 5, 0], samples);
        Assert.Equal(2, provider.Read(samples));
        Assert.Equal([3, 6], samples[..2]);
        Assert.Equal(0, provider.Read(samples));
    }

    /// <summary>A resampled source gives what it has, block by block; a provider fills the buffer.</summary>
    [Fact]
    public void ToSampleProvider_AudioSource_FillsTheBuffer()
    {
        AudioSource Resampled() =>
            AudioFile.Convert(new SampleProviderSource(new FloatProvider(Recordings.Signal(1), 8000, 1)), 11_025, 1);
        using AudioSource source = Resampled();
        var samples = new float[60_000];
        int read = source.ToSampleProvider().Read(samples);
        using AudioSource again = Resampled();
        Assert.Equal(AudioFile.ReadAll(again).Samples, samples[..read]);
    }

    [Fact]
    public void ToSampleProvider_EcdcFile_SeeksAndLeavesTheFileOpen()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 2);
        byte[] bytes = Recordings.Compressed(codec, 4000);
        using EcdcFile file = codec.Open(new MemoryStream(bytes));
        var samples = new float[8000];
        for (int i = 0; i < 2; i++)
        {
            using EcdcFileReader provider = file.ToSampleProvider();
            Assert.Equal(8000, provider.Read(samples.AsSpan()));
            Assert.Equal(Recordings.Decoded(codec, bytes), samples);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void SampleProviderSource_ProviderThatStopsWithinSamples_LosesNone(int mostValues)
    {
        float[] signal = Recordings.Signal(2, 5000);
        using var source = new SampleProviderSource(new FloatProvider(signal, 8000, 2, mostValues));
        Assert.Null(source.LengthSamples);
        AudioBuffer audio = AudioFile.ReadAll(source);
        var samples = new float[signal.Length];
        audio.ReadInterleaved(0, samples);
        Assert.Equal(signal, samples);
        Assert.Equal(5000, source.LengthSamples);
        Assert.Empty(source.Warnings);
    }

    [Fact]
    public void SampleProviderSource_OddSamples_AreWarnedOf()
    {
        using var source = new SampleProviderSource(new FloatProvider([0.5f, float.NaN, float.PositiveInfinity, 0.25f, 1], 8000, 2));
        AudioBuffer audio = AudioFile.ReadAll(source);
        Assert.Equal([0.5f, 0, 0, 0.25f], audio.Samples);
        Assert.Equal(2, source.Warnings.Count);
        Assert.Contains("1 values", source.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("2 samples were NaN", source.Warnings[1], StringComparison.Ordinal);
    }

    /// <summary>A length that was only expected does not outlive the end: files note the original's, and are cut to it on request.</summary>
    [Fact]
    public void SampleProviderSource_WrongLengthStated_NotesTheTrueOne()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        using var stream = new MemoryStream();
        using var source = new SampleProviderSource(new FloatProvider(Recordings.Signal(1), 8000, 1), lengthSamples: 1000);
        Assert.Equal(1000, source.LengthSamples);
        codec.Compress(source, stream);
        stream.Position = 0;
        using EcdcFile file = codec.Open(stream);
        Assert.Equal(Recordings.LengthSamples, file.Info.LengthSamples);
        Assert.Equal(Recordings.LengthSamples, file.Info.OriginalLengthSamples);
    }
}
