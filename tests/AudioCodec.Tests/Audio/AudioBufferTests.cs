using AudioCodec.Audio;

namespace AudioCodec.Tests.Audio;

public class AudioBufferTests
{
    private static readonly AudioBuffer s_stereo = new([1, 2, 3, 4, -1, -2, -3, -5], 2, 8000);

    [Fact]
    public void Slice_Part_IsACopyOfAllChannels()
    {
        AudioBuffer part = s_stereo.Slice(1, 2);
        Assert.Equal([2, 3, -2, -3], part.Samples);
        Assert.Equal((2, 8000), (part.Channels, part.SampleRateHz));
        part.Samples[0] = 9;
        Assert.Equal(2, s_stereo.Samples[1]);
        Assert.Equal(0, s_stereo.Slice(4, 0).LengthSamples);
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(3, 2)]
    [InlineData(5, 0)]
    public void Slice_BeyondTheAudio_Throws(int start, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => s_stereo.Slice(start, count));

    [Fact]
    public void ToMono_Stereo_IsTheMean()
    {
        Assert.Equal([0, 0, 0, -0.5f], s_stereo.ToMono().Samples);
        AudioBuffer mono = s_stereo.ToMono();
        Assert.Same(mono, mono.ToMono());
    }

    [Fact]
    public void WriteInterleaved_WhatReadInterleavedGave_IsTheSameAudio()
    {
        var interleaved = new float[4];
        s_stereo.ReadInterleaved(2, interleaved);
        Assert.Equal([3, -3, 4, -5], interleaved);

        var copy = new AudioBuffer(new float[8], 2, 8000);
        copy.WriteInterleaved(2, interleaved);
        Assert.Equal([0, 0, 3, 4, 0, 0, -3, -5], copy.Samples);
    }

    [Fact]
    public void Interleaved_LengthThatDoesNotFit_Throws()
    {
        Assert.Throws<ArgumentException>(() => s_stereo.ReadInterleaved(0, new float[3]));
        Assert.ThrowsAny<ArgumentException>(() => s_stereo.ReadInterleaved(3, new float[4]));
        Assert.ThrowsAny<ArgumentException>(() => s_stereo.WriteInterleaved(3, new float[4]));
    }
}
