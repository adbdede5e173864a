using AudioCodec.Checkpoints;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Checkpoints;

/// <summary>Checkpoints that are split into several files by an index.</summary>
public sealed class ShardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The shards of one checkpoint and the whole of it were written by transformers.</summary>
    [Fact]
    public void Open_GoldenShards_GivesTheTensorsThatTheIndexLists()
    {
        using TensorFiles files = TensorFiles.Open(Fixtures.Path("golden/generate_tiny.hf.safetensors.index.json"));

        Assert.Equal(CheckpointFormat.Safetensors, files.Format);
        Assert.Equal([247, 24], files.Tensors.Tensors["text_encoder.shared.weight"].Shape);
        using var second = GoldenFile.Open("generate_tiny.hf-00002-of-00002");
        Assert.All(second.Names, name => Assert.Equal(second.Floats(name), files.Tensors.Tensors[name].Values));
        Assert.Equal(482736, files.Tensors.Tensors.Values.Sum(tensor => 4 * tensor.Values.Length));
    }

    [Fact]
    public void Open_SingleFile_GivesItsTensors()
    {
        WriteShard("model.safetensors", "a", "b");

        using TensorFiles files = TensorFiles.Open(TensorFiles.Find(_folder.Root)!);

        Assert.Equal(["a", "b"], files.Tensors.Tensors.Keys.Order());
    }

    [Fact]
    public void Find_PrefersTheWholeFileAndSafetensors()
    {
        Assert.Null(TensorFiles.Find(_folder.Root));
        foreach (string name in new[] { "pytorch_model.bin.index.json", "pytorch_model.bin", "model.safetensors.index.json", "model.safetensors" })
        {
            File.WriteAllText(_folder[name], "");
            Assert.Equal(_folder[name], TensorFiles.Find(_folder.Root));
        }
    }

    [Theory]
    [InlineData("", "not a valid index")]
    [InlineData("[]", "weight_map")]
    [InlineData("""{"weight_map": []}""", "weight_map")]
    [InlineData("""{"weight_map": {}}""", "0 shards")]
    [InlineData("""{"weight_map": {"a": "../one.safetensors"}}""", "../one.safetensors")]
    [InlineData("""{"weight_map": {"a": "/etc/passwd"}}""", "/etc/passwd")]
    [InlineData("""{"weight_map": {"a": "c:one.safetensors"}}""", "c:one")]
    [InlineData("""{"weight_map": {"a": "..\\one.safetensors"}}""", "one.safetensors")]
    [InlineData("""{"weight_map": {"a": ".."}}""", "'..'")]
    [InlineData("""{"weight_map": {"a": 1}}""", "''")]
    [InlineData("""{"weight_map": {"a": "one.safetensors", "a": "two.safetensors"}}""", "not a valid index")]
    [InlineData("""{"weight_map": {"a": "\ud800"}}""", "not a valid index")]
    [InlineData("""{"weight_map": {"a": "one.safetensors", "b": "one.safetensors", "c": "gone.safetensors"}}""", "no such file")]
    [InlineData("""{"weight_map": {"a": "one.safetensors", "b": "one.safetensors", "c": "one.safetensors"}}""", "'c' is missing")]
    [InlineData("""{"weight_map": {"a": "one.safetensors"}}""", "'b' is not listed")]
    [InlineData("""{"weight_map": {"a": "one.safetensors", "b": "one.safetensors", "c": "two.safetensors"}}""", "'b' is not listed")]
    public void Open_HostileIndex_IsRefused(string json, string said)
    {
        WriteShard("one.safetensors", "a", "b");
        WriteShard("two.safetensors", "b", "c");
        File.WriteAllText(_folder["model.safetensors.index.json"], json);

        var e = Assert.Throws<CheckpointException>(() => TensorFiles.Open(_folder["model.safetensors.index.json"]));

        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TruncatedShard_IsRefusedAndAllFilesAreClosed()
    {
        WriteShard("one.safetensors", "a");
        WriteShard("two.safetensors", "b");
        byte[] whole = File.ReadAllBytes(_folder["two.safetensors"]);
        File.WriteAllBytes(_folder["two.safetensors"], whole[..^1]);
        File.WriteAllText(_folder["x.index.json"], """{"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}""");

        var e = Assert.Throws<CheckpointException>(() => TensorFiles.Open(_folder["x.index.json"]));

        Assert.Equal(_folder["two.safetensors"], e.Path);
        using FileStream writable = File.Open(_folder["one.safetensors"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(writable.CanWrite);
    }

    private void WriteShard(string file, params string[] tensors)
    {
        var writer = new SafetensorsWriter();
        foreach (string name in tensors)
        {
            writer.Add(name, [2], new float[] { 1, 2 });
        }

        writer.Save(_folder[file]);
    }
}
