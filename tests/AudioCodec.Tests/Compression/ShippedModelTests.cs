using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Models;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Compression;

/// <summary>What the models that ship sound like where nothing sounds.</summary>
public sealed class ShippedModelTests
{
    private const int SampleRateHz = 24000;

    public static TheoryData<string> Names => [ModelCatalogue.BundledCodec, ModelCatalogue.SmallCodec];

    [Theory]
    [MemberData(nameof(Names))]
    public void DigitalSilence_StaysBelowTwoThousandths(string name)
    {
        using Codec codec = Load(name);
        foreach (double kbps in codec.Info.BandwidthsKbps)
        {
            Assert.All(codec.Decode(codec.Encode(new AudioBuffer(new float[2 * SampleRateHz], 1, SampleRateHz), kbps)).Samples, y => Assert.InRange(y, -0.002f, 0.002f));
        }
    }

    /// <summary>Decoding need not load the encoder to know how silence is encoded.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void SilenceLatent_IsWhatTheEncoderGives(string name)
    {
        using EncodecModel model = EncodecModel.LoadFile(Path.Combine(Fixtures.RepositoryRoot, "checkpoints", name));
        float[] measured = model.MeasureSilence();
        float peak = measured.Max(Math.Abs);
        Assert.All(measured.Zip(model.Config.SilenceLatent!), pair => Assert.InRange(pair.Second, pair.First - (1e-4f * peak), pair.First + (1e-4f * peak)));
    }

    /// <summary>A tone that swells and fades: neither the file's start nor the joint of two such files clicks.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void StartAndJoint_OfAToneOutOfSilence_DoNotClick(string name)
    {
        using Codec codec = Load(name);
        float[] tone = [.. Enumerable.Range(0, SampleRateHz).Select(i => 0.3f * MathF.Sin(0.06f * i) * MathF.Pow(MathF.Sin(MathF.PI * i / SampleRateHz), 2))];
        using var one = new MemoryStream();
        codec.Write(codec.Encode(new AudioBuffer(tone, 1, SampleRateHz), 6), one, new CompressionOptions { EntropyCoding = false });
        using var both = new MemoryStream();
        EcdcFile.Join([codec.Open(new MemoryStream(one.ToArray())), codec.Open(new MemoryStream(one.ToArray()))], both);
        both.Position = 0;
        using EcdcFile joined = codec.Open(both);
        using AudioSource source = joined.OpenAudio();
        float[] decoded = AudioFile.ReadAll(source, name).Samples;

        Assert.Equal(2 * tone.Length, decoded.Length);
        foreach (int start in new[] { 0, tone.Length })
        {
            Assert.All(decoded[start..(start + 240)], y => Assert.InRange(y, -0.005f, 0.005f));
        }

        Assert.Contains(decoded, y => y > 0.2f);
    }

    private static Codec Load(string name) => Codec.Load(Path.Combine(Fixtures.RepositoryRoot, "checkpoints", name));
}
