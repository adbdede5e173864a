using AudioCodec.Text;
using AudioCodec.Torch.Generation;
using TorchSharp;

namespace AudioCodec.Torch.Tests.Generation;

/// <summary>The front door with the engine on libtorch in it.</summary>
public sealed class GeneratorOnTorchTests
{
    /// <summary>A stream goes on on whatever thread is free.</summary>
    [Theory]
    [InlineData("cpu")]
    [InlineData("cuda")]
    public async Task GenerateBatchAsync_Greedy_GivesTheReferencesTokens(string device)
    {
        if (device == "cuda")
        {
            TestTorch.RequireGpu();
        }
        else
        {
            TestTorch.Require();
        }

        using var folder = new TemporaryFolder();
        File.Copy(Fixtures.Path("golden/generate_tiny.state_dict.bin"), folder["state_dict.bin"]);
        File.Copy(Fixtures.Path("golden/generate_tiny.compression_state_dict.bin"), folder["compression_state_dict.bin"]);
        using GoldenFile golden = GoldenFile.Open("generate_tiny");
        await using Generator generator = await Generator.LoadAsync(
            folder[""],
            new GeneratorOptions
            {
                CreateTransformer = (config, weights) => TorchTokenModel.Load(config, weights, new torch.Device(device)),
                CreateTextEncoder = () => new GoldenText(golden.Floats("t5.0")),
            },
            TestContext.Current.CancellationToken);
        var codes = new List<ushort>();
        var options = new GenerationOptions { Greedy = true, Duration = TimeSpan.FromSeconds(0.36) };
        await foreach (GeneratedBlock block in generator.GenerateBatchAsync(["a dog barks"], options, null, TestContext.Current.CancellationToken))
        {
            codes.AddRange(block.Codes.Span);
            await Task.Yield();
        }

        Assert.Equal(golden.FrameMajorCodes("tokens.0"), codes);
    }

    private sealed class GoldenText(float[] states) : ITextEncoder
    {
        public int Width => 24;

        public TextStates Encode(string text) => new(states, Width);

        public void Dispose()
        {
        }
    }
}
