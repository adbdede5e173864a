using System.IO.Compression;
using AudioCodec.Checkpoints;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Checkpoints;

public class TorchFileTests
{
    [Theory]
    [InlineData("encodec_tiny_causal", ".weights.th", CheckpointFormat.TorchZip)]
    [InlineData("encodec_tiny_causal", ".weights.legacy.th", CheckpointFormat.TorchLegacy)]
    [InlineData("encodec_tiny_stereo", ".weights.th", CheckpointFormat.TorchZip)]
    [InlineData("encodec_tiny_stereo", ".weights.legacy.th", CheckpointFormat.TorchLegacy)]
    [InlineData("encodec_audiocraft_tiny", ".compression_state_dict.bin", CheckpointFormat.TorchZip)]
    public void Read_TorchFile_GivesTheTensorsOfTheSafetensorsFile(string model, string extension, CheckpointFormat format)
    {
        StateDict expected = TensorArchive.Read(Fixtures.Path($"golden/{model}.weights.safetensors")).Tensors;
        TensorArchive archive = TensorArchive.Read(Fixtures.Path($"golden/{model}{extension}"));

        Assert.Equal(format, archive.Format);
        TinyModels.AssertSame(expected, archive.Tensors);
    }

    [Fact]
    public void Read_DeflatedArchive_GivesTheSameTensors()
    {
        using var source = ZipFile.OpenRead(Fixtures.Path("golden/encodec_tiny_causal.weights.th"));
        var buffer = new MemoryStream();
        using (var target = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in source.Entries)
            {
                using Stream from = entry.Open();
                using Stream to = target.CreateEntry(entry.FullName, CompressionLevel.Optimal).Open();
                from.CopyTo(to);
            }
        }

        using ByteSource bytes = ByteSource.FromMemory("deflated", buffer.ToArray());
        TinyModels.AssertSame(TensorArchive.Read(Fixtures.Path("golden/encodec_tiny_causal.weights.th")).Tensors, TensorArchive.Read(bytes).Tensors);
    }
}
