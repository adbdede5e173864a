using AudioCodec.Audio;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;

namespace AudioCodec.Training.Tests.Data;

public sealed class CropSamplerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("audiocodec-data").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Batch_SameStep_IsTheSame_AndOthersDiffer()
    {
        CropSampler sampler = Create(new DataSettings { BatchSize = 3, MixProbability = 0.5 });
        Assert.Equal(sampler.Batch(7), sampler.Batch(7));
        Assert.NotEqual(sampler.Batch(7), sampler.Batch(8));
    }

    [Fact]
    public void Batch_NeverClips()
    {
        CropSampler sampler = Create(new DataSettings { BatchSize = 8, GainMinDb = 20, GainMaxDb = 30 });
        Assert.All(sampler.Batch(0), v => Assert.InRange(v, -1, 1));
    }

    [Fact]
    public void Loader_GivesTheSamplersBatchesInOrder()
    {
        CropSampler sampler = Create(new DataSettings { BatchSize = 2 });
        using var loader = new BatchLoader(sampler, 5, 2);
        for (int step = 5; step < 12; step++)
        {
            Assert.Equal(sampler.Batch(step), loader.Take(step));
        }
    }

    [Fact]
    public void Constructor_KindsWithoutFiles_AreRefused() =>
        Assert.Throws<ConfigException>(() => Create(new DataSettings { KindWeights = new() { ["speech"] = 1 } }, "music"));

    private CropSampler Create(DataSettings settings, string kind = "")
    {
        for (int i = 0; i < 2; i++)
        {
            using FileStream file = File.Create(Path.Combine(_folder, $"{i}.wav"));
            using var writer = new WavWriter(file, 8000, 1, PcmEncoding.S16, 8000);
            writer.Write([.. Enumerable.Range(0, 8000).Select(t => (float)Math.Sin(t * (0.01 + (0.02 * i))))]);
            writer.Complete();
        }

        return new CropSampler([.. ClipList.Read(_folder, "").Select(clip => clip with { Kind = kind })], new ClipCache(8000, 1, 1 << 20), settings, 1, 800, 3);
    }
}
