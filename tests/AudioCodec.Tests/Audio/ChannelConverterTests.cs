using AudioCodec.Audio;

namespace AudioCodec.Tests.Audio;

public sealed class ChannelConverterTests
{
    [Fact]
    public void Convert_StereoToMono_IsTheMean()
    {
        var converter = new ChannelConverter(2, 1);
        var mono = new float[2];

        converter.Convert([0.5f, -0.25f, 1, 1], mono);

        Assert.Equal([0.125f, 1], mono);
        Assert.True(converter.IsDownmix);
    }

    [Fact]
    public void Convert_SixChannelsToMono_IsTheMean()
    {
        var mono = new float[1];

        new ChannelConverter(6, 1).Convert([6, 0, 12, 0, 0, 0], mono);

        Assert.Equal([3f], mono);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Convert_MonoToMany_Copies(int channels)
    {
        var converter = new ChannelConverter(1, channels);
        var many = new float[2 * channels];

        converter.Convert([0.5f, -1], many);

        Assert.Equal([.. Enumerable.Repeat(0.5f, channels), .. Enumerable.Repeat(-1f, channels)], many);
        Assert.False(converter.IsDownmix);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(24)]
    public void Convert_ManyToStereo_KeepsSidesApartAndFullScale(int channels)
    {
        var converter = new ChannelConverter(channels, 2);
        float[] leftOnly = new float[channels];
        leftOnly[0] = 1;
        float[] all = [.. Enumerable.Repeat(1f, channels)];
        var stereo = new float[2];

        converter.Convert(leftOnly, stereo);
        Assert.True(stereo[0] > 0.05f && stereo[1] == 0, $"left front gives {stereo[0]}, {stereo[1]}");

        converter.Convert(all, stereo);
        Assert.Equal(1, stereo[0], 5);
        Assert.Equal(1, stereo[1], 5);
    }

    [Fact]
    public void Convert_FivePointOneToStereo_AddsCentreAndSurroundAtMinus3Db()
    {
        var converter = new ChannelConverter(6, 2);
        var stereo = new float[6 * 2];
        float[] oneByOne = [.. Enumerable.Range(0, 36).Select(i => i % 7 == 0 ? 1f : 0f)];
        double sum = 1 + Math.Sqrt(0.5) + Math.Sqrt(0.5);
        double[] left = [1, 0, Math.Sqrt(0.5), 0, Math.Sqrt(0.5), 0];

        converter.Convert(oneByOne, stereo);

        Assert.All(Enumerable.Range(0, 6), i => Assert.Equal(left[i] / sum, stereo[2 * i], 6));
    }

    [Fact]
    public void Constructor_ImpossibleConversion_IsRefused() => Assert.Throws<ArgumentException>(() => new ChannelConverter(2, 3));
}
