using System.Globalization;
using AudioCodec.Cli.CodeFiles;
using AudioCodec.Codecs;
using AudioCodec.Fuzzing;

namespace AudioCodec.Cli.Tests;

/// <summary>Damaged arrays: codes or the one typed error come out. <c>AUDIOCODEC_FUZZ</c> says how many are tried.</summary>
public sealed class NpyFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DamagedArrays_GiveCodesOrTheTypedError()
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable("AUDIOCODEC_FUZZ"), CultureInfo.InvariantCulture, out int wanted) ? wanted : 500;
        var format = new NpyCodes();
        using var seed = new MemoryStream();
        format.Write(seed, new CodeArray(null, null, 8, HasScale: false, [new EncodedSegment(1, new ushort[8 * 30])]), "seed");
        var random = new Random(3);
        (int read, int refused) = (0, 0);
        for (int i = 0; i < count; i++)
        {
            File.WriteAllBytes(_folder["a.npy"], Mutation.Apply(seed.ToArray(), random));
            try
            {
                Assert.True(format.Read(_folder["a.npy"]).Codebooks > 0);
                read++;
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }
}
