using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AudioCodec.LibTorch.Tests;

public sealed class OperatorTests
{
    public static TheoryData<string> Smooth => [.. s_smooth.Keys];

    // Drops the same elements each time.
    private static Tensor Seeded(Func<Tensor> f)
    {
        manual_seed(2);
        return f();
    }

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_smooth = new()
    {
        ["sin"] = x => x.sin(),
        ["cos"] = x => x.cos(),
        ["tanh"] = x => x.tanh(),
        ["sigmoid"] = x => x.sigmoid(),
        ["exp"] = x => x.exp(),
        ["square"] = x => x.square(),
        ["1 - x"] = x => 1 - x,
        ["2 / (x² + 1)"] = x => 2 / ((x * x) + 1),
        ["x % 3 · x"] = x => (x % 3.0) * x,
        ["elu"] = x => functional.elu(x, 1.0),
        ["leaky_relu"] = x => functional.leaky_relu(x, 0.2),
        ["gelu"] = x => functional.gelu(x),
        ["softmax"] = x => functional.softmax(x, -1),
        ["log_softmax"] = x => functional.log_softmax(x, -1),
        ["std"] = x => x.std(new long[] { 1 }, unbiased: true, keepdim: true),
        ["var"] = x => x.var(0, unbiased: false),
        ["mean"] = x => x.mean([0], keepdim: true),
        ["norm"] = x => x.norm(1),
        ["cumsum"] = x => x.cumsum(1),
        ["flip"] = x => x.flip(1) * x,
        ["unfold"] = x => x.unfold(1, 3, 1),
        ["as_strided"] = x => x.as_strided([2, 3], [4, 1], 1),
        ["slice"] = x => x[TensorIndex.Ellipsis, 1..3] * 2,
        ["select"] = x => x[1],
        ["null and ellipsis"] = x => x[TensorIndex.Null, TensorIndex.Ellipsis, TensorIndex.Slice(null, null, 2)],
        ["permute"] = x => x.permute(1, 0).contiguous().view(-1),
        ["pad reflect"] = x => functional.pad(x, (2, 1), PaddingModes.Reflect),
        ["pad constant"] = x => functional.pad(x, (2, 1), PaddingModes.Constant, 0.5),
        ["stft"] = x => view_as_real(stft(functional.pad(x, (0, 12)), 8, 4, 8, hann_window(8, dtype: float64), center: false, return_complex: true)),
        ["rfft"] = x => fft.rfft(x).abs().square(),
        ["where"] = x => where(x > 0, x.sin(), x * 3),
        ["masked_fill"] = x => x.masked_fill(x > 0.5, 0),
        ["layer_norm"] = x => functional.layer_norm(x, [5]),
        ["max over a dimension"] = x => x.max(1).values,
        ["index_select"] = x => x.index_select(1, tensor(new long[] { 0, 2, 2 })),
        ["gather"] = x => x.gather(1, tensor(new long[,] { { 0, 1 }, { 4, 4 }, { 2, 0 } })),
        ["repeat and expand"] = x => x.repeat(2, 1) + x.unsqueeze(0).expand(2, 3, 5).reshape(6, 5),
        ["split and cat"] = x => cat([.. x.split([2, 3], 1).Reverse()], 1),
        ["clamp"] = x => x.clamp(-0.5, 0.7),
        ["abs"] = x => x.abs(),
        ["relu"] = x => x.relu(),
        ["addcmul"] = x => addcmul(x, x.sin(), x.cos(), 0.7),
        ["chunk and tanh"] = x => x.chunk(5, 1)[1] * x.chunk(5, 1)[3].tanh(),
        ["unbind and stack"] = x => stack([.. x.unbind(1).Select((column, i) => column * i)], 1),
        ["repeat_interleave"] = x => x.repeat_interleave(3, 1).square(),
        ["narrow"] = x => x.narrow(1, 1, 3).exp(),
        ["transpose"] = x => x.transpose(0, 1).reshape(-1).cumsum(0),
        ["squeeze"] = x => x.unsqueeze(1).squeeze(1).sin(),
        ["sum over dimensions"] = x => x.square().sum([0, 1], keepdim: true).sqrt(),
        ["flatten"] = x => x.flatten(0, 1).square(),
        ["dropout"] = x => Seeded(() => functional.dropout(x, 0.4, training: true)),
        ["log of a sum of exponentials"] = x => x.logsumexp(1),
    };

    [Theory]
    [MemberData(nameof(Smooth))]
    public void Gradient_EqualsDifferences(string name) => GradientCheck.Run(x => s_smooth[name](x[0]), [3, 5]);

    [Fact]
    public void GradientOfPositiveFunctions_EqualsDifferences() =>
        GradientCheck.Run(x => x[0].log() + x[0].sqrt() + x[0].rsqrt() + x[0].log10() + x[0].log2() + x[0].pow(1.5) + x[0].reciprocal(), 0.5, [2, 3]);

    [Fact]
    public void Conv1d_StrideDilationBias_GradientEqualsDifferences() =>
        GradientCheck.Run(x => functional.conv1d(x[0], x[1], x[2], stride: 2, padding: 1, dilation: 2), [2, 3, 9], [4, 3, 3], [4]);

    /// <summary>A convolution as windows that overlap in memory and one matrix product: the windows' gradients must add up.</summary>
    [Fact]
    public void Conv1d_AsStridedViewAndProduct_EqualsConv1dInValueAndGradient()
    {
        Needs.LibTorch();
        static Tensor Unfolded(Tensor x, Tensor w) => matmul(x.as_strided([2, 5, 9], [17, 2, 1], 0), w.view(4, 9).t()).transpose(1, 2);
        using (DisposeScope scope = NewDisposeScope())
        {
            Tensor x = randn(2, 1, 17, float64);
            Tensor w = randn(4, 1, 9, float64);
            Assert.True(Unfolded(x, w).allclose(functional.conv1d(x, w, stride: 2), 1e-12, 1e-12));
        }

        GradientCheck.Run(x => Unfolded(x[0], x[1]), [2, 1, 17], [4, 1, 9]);
    }

    [Fact]
    public void AffineFunctions_GradientEqualsDifferences()
    {
        GradientCheck.Run(x => x[2].addmm(x[0], x[1]), [3, 4], [4, 2], [2]);
        GradientCheck.Run(x => functional.linear(x[0], x[1], x[2]), [3, 4], [2, 4], [2]);
        GradientCheck.Run(x => functional.layer_norm(x[0], [4], x[1], x[2]), [3, 4], [4], [4]);
        GradientCheck.Run(x => functional.group_norm(x[0], 1, x[1], x[2], 1e-5), [2, 3, 5], [3], [3]);
        GradientCheck.Run(x => x[0] * (x[1] / (x[0] * x[0]).sum([1, 2], keepdim: true).sqrt()), [3, 2, 4], [3, 1, 1]);
    }

    [Fact]
    public void ConvTranspose1d_GradientEqualsDifferences() =>
        GradientCheck.Run(x => functional.conv_transpose1d(x[0], x[1], x[2], stride: 2, output_padding: 1), [2, 3, 4], [3, 2, 4], [2]);

    [Fact]
    public void Conv2d_GradientEqualsDifferences() =>
        GradientCheck.Run(x => functional.conv2d(x[0], x[1], x[2], strides: [1, 2], padding: [1, 0], dilation: [2, 1]), [1, 2, 5, 4], [2, 2, 3, 3], [2]);

    [Fact]
    public void Products_GradientEqualsDifferences() =>
        GradientCheck.Run(x => matmul(x[0], x[1]) + einsum("bij,bjk->bik", x[0], x[1]) + x[0].bmm(x[1]), [2, 3, 4], [2, 4, 2]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Attention_GradientEqualsDifferences(bool causal) =>
        GradientCheck.Run(x => functional.scaled_dot_product_attention(x[0], x[1], x[2], is_casual: causal), [2, 3, 4], [2, 3, 4], [2, 3, 4]);

    [Fact]
    public void GroupNormAndLosses_GradientEqualsDifferences() =>
        GradientCheck.Run(
            x => functional.group_norm(x[0], 2, x[1], x[2]).sum() + functional.mse_loss(x[0], ones_like(x[0])) + functional.cross_entropy(x[0].view(8, 3), tensor(new long[] { 0, 1, 2, 0, 1, 2, 0, 1 })),
            [2, 4, 3], [4], [4]);

    [Fact]
    public void Lstm_GradientEqualsDifferences()
    {
        Needs.LibTorch();
        using TorchSharp.Modules.LSTM lstm = nn.LSTM(3, 2, numLayers: 2).@double();
        GradientCheck.Run(x => lstm.call(x[0], (x[1], x[2])).Item1, [4, 2, 3], [2, 2, 2], [2, 2, 2]);
    }

    [Fact]
    public void Attention_CausalMask_EqualsFormula()
    {
        Needs.LibTorch();
        using DisposeScope scope = NewDisposeScope();
        manual_seed(3);
        Tensor q = randn(2, 4, 8);
        Tensor k = randn(2, 4, 8);
        Tensor v = randn(2, 4, 8);
        Tensor scores = q.matmul(k.transpose(-2, -1)) / Math.Sqrt(8);
        Tensor expected = scores.masked_fill(ones(4, 4, @bool).triu(1), double.NegativeInfinity).softmax(-1).matmul(v);
        Assert.True(functional.scaled_dot_product_attention(q, k, v, is_casual: true).allclose(expected, 1e-5, 1e-6));
    }

    [Fact]
    public void IndexAssignment_WritesThrough()
    {
        Needs.LibTorch();
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(3, 4);
        x[1] = ones(4);
        x[TensorIndex.Ellipsis, -1] = tensor(5f);
        x[x == 0] = 7;
        Assert.Equal([7, 7, 7, 5, 1, 1, 1, 5, 7, 7, 7, 5], x.data<float>().ToArray());
    }

    [Fact]
    public void InPlaceUpdates_EqualArithmetic()
    {
        Needs.LibTorch();
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new double[] { 1, 2, 3, 4 });
        x.mul_(2).add_(tensor(new double[] { 1, 1, 1, 1 }), alpha: 3).addcmul_(x, x, 0.5).div_(2).clamp_(0, 20);
        double[] expected = [.. new double[] { 1, 2, 3, 4 }.Select(v => (2 * v) + 3).Select(v => Math.Min(20, (v + (0.5 * v * v)) / 2))];
        Assert.Equal(expected, x.data<double>().ToArray());
        Tensor counts = zeros(3, float64).index_add_(0, tensor(new long[] { 0, 2, 2, 0 }), x, 1);
        Assert.Equal(x[0].item<double>() + x[3].item<double>(), counts[0].item<double>(), 12);
    }

    [Fact]
    public void StridedTensor_ReadsInRowMajorOrder()
    {
        Needs.LibTorch();
        using Tensor x = arange(6, dtype: int64).view(2, 3).t();
        Assert.Equal([0, 3, 1, 4, 2, 5], x.data<long>().ToArray());
        Assert.Equal(4L, x.data<long>()[1, 1]);
    }

    [Fact]
    public void BFloat16_RoundTripsThroughFloat()
    {
        Needs.LibTorch();
        using Tensor x = tensor(new[] { 1f, -2.5f, 3.140625f }).to(bfloat16);
        Assert.Equal(ScalarType.BFloat16, x.dtype);
        using Tensor back = x.to(float32);
        Assert.Equal([1f, -2.5f, 3.140625f], back.data<float>().ToArray());
    }
}
