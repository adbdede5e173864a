using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;

namespace AudioCodec.Tests.Codecs.Seanet;

/// <summary>The list of layers that both engines, the tensor list and the initial values are made from.</summary>
public sealed class SeanetPlanTests
{
    [Fact]
    public void Encoder_Official24Khz_IsTheListOfThePaper() => Assert.Equal(
        [
            "encoder.model.0 conv 1 to 32, kernel 7",
            "encoder.model.1 unit of 32 over 16, dilation 1, shortcut",
            "encoder.model.3 elu conv 32 to 64, kernel 4, stride 2",
            "encoder.model.4 unit of 64 over 32, dilation 1, shortcut",
            "encoder.model.6 elu conv 64 to 128, kernel 8, stride 4",
            "encoder.model.7 unit of 128 over 64, dilation 1, shortcut",
            "encoder.model.9 elu conv 128 to 256, kernel 10, stride 5",
            "encoder.model.10 unit of 256 over 128, dilation 1, shortcut",
            "encoder.model.12 elu conv 256 to 512, kernel 16, stride 8",
            "encoder.model.13 lstm 2 x 512",
            "encoder.model.15 elu conv 512 to 128, kernel 7",
        ],
        SeanetPlan.Encoder(EncodecConfig.Encodec24Khz).Layers.Select(Describe));

    [Fact]
    public void Decoder_UnitsWithDilationsAndIdentityShortcut_TakeAPlaceEach()
    {
        EncodecConfig config = EncodecConfig.Encodec24Khz with { Ratios = [8, 5], ResidualLayers = 3, TrueSkip = true, LstmLayers = 0, Causal = false };
        Assert.Equal(
            [
                "decoder.model.0 conv 128 to 128, kernel 7",
                "decoder.model.2 elu convtr 128 to 64, kernel 16, stride 8",
                "decoder.model.3 unit of 64 over 32, dilation 1",
                "decoder.model.4 unit of 64 over 32, dilation 2",
                "decoder.model.5 unit of 64 over 32, dilation 4",
                "decoder.model.7 elu convtr 64 to 32, kernel 10, stride 5",
                "decoder.model.8 unit of 32 over 16, dilation 1",
                "decoder.model.9 unit of 32 over 16, dilation 2",
                "decoder.model.10 unit of 32 over 16, dilation 4",
                "decoder.model.12 elu conv 32 to 1, kernel 7",
            ],
            SeanetPlan.Decoder(config).Layers.Select(Describe));
    }

    [Theory]
    [InlineData(true, 8, 0, 0, 8)]
    [InlineData(false, 4, 4, 4, 4)]
    public void Edges_OfKernel16Stride8_AreOnTheLeftIfCausal(bool causal, int padLeft, int padRight, int trimLeft, int trimRight)
    {
        SeanetPlan plan = SeanetPlan.Decoder(EncodecConfig.Encodec24Khz with { Causal = causal });
        ConvLayer up = plan.Layers.OfType<ConvLayer>().First(layer => layer.Transposed);
        Assert.Equal((padLeft, padRight, trimLeft, trimRight), (up.PadLeft, up.PadRight, up.TrimLeft, up.TrimRight));
    }

    [Fact]
    public void Edges_OfAnOddOverlap_HaveTheLargerHalfOnTheLeft()
    {
        SeanetPlan plan = SeanetPlan.Decoder(EncodecConfig.Encodec24Khz with { Causal = false, Ratios = [5], KernelSize = 4 });
        ConvLayer first = (ConvLayer)plan.Layers[0];
        ConvLayer up = plan.Layers.OfType<ConvLayer>().First(layer => layer.Transposed);
        Assert.Equal((2, 1, 3, 2), (first.PadLeft, first.PadRight, up.TrimLeft, up.TrimRight));
    }

    private static string Describe(SeanetLayer layer) => layer switch
    {
        ConvLayer conv => $"{conv.Name} {(conv.AfterElu ? "elu " : "")}{(conv.Transposed ? "convtr" : "conv")} {conv.InputChannels} to {conv.OutputChannels}, "
            + $"kernel {conv.Kernel}{(conv.Stride > 1 ? $", stride {conv.Stride}" : "")}",
        ResidualLayer unit => $"{unit.Name} unit of {unit.Channels} over {unit.Reduce.OutputChannels}, dilation {unit.Reduce.Dilation}{(unit.Shortcut is null ? "" : ", shortcut")}",
        LstmLayer lstm => $"{lstm.Name} lstm {lstm.Layers} x {lstm.Units}",
        _ => layer.ToString(),
    };
}
