using TorchSharp;

namespace AudioCodec.LibTorch.Tests;

/// <summary>
/// The binding against TorchSharp's published API (TorchSharpSurface.txt, 0.107): what the binding has must be there with the same parameter names, order and
/// defaults, and a name that the binding has must have all its overloads, or a call would bind differently with the package.
/// </summary>
public sealed class SurfaceTests
{
    /// <summary>Types of TorchSharp that the binding does not have; overloads over them are left out.</summary>
    private static readonly string[] s_absentTypes = ["BFloat16", "torch.Size", "PackedSequence", "IntPtr", "(float Real, float Imaginary)", "(double Real, double Imaginary)"];

    /// <summary>Overloads left out one by one, each for its reason.</summary>
    private static readonly string[] s_leftOut =
    [
        "torch.Tensor flatten(IList<string> dims", "torch.Tensor unflatten(string dim", // named dimensions
        "torch.Tensor randperm(long n, torch.Tensor out", // writes into a tensor
        "torch.Tensor tensor(Complex", "torch.Tensor tensor(IList<Complex>", "torch.Tensor tensor(Memory<Complex>", // torch.complex makes them
        "torch.Tensor tensor(float real, float imaginary", "torch.Tensor tensor(double real, double imaginary",
        "torch.optim.lr_scheduler.LRScheduler: new LRScheduler()", // for chained schedules
        "OrderedDict<TKey, TValue>: ", // the parts that modules use
    ];

    private static string[] Published => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "TorchSharpSurface.txt"));

    [Fact]
    public void EveryPublicMember_IsTorchSharps()
    {
        HashSet<string> published = [.. Published];
        string[] extra = [.. Surface.Of(typeof(torch).Assembly).Where(line => !published.Contains(line))];
        Assert.True(extra.Length == 0, "not in TorchSharp:\n" + string.Join('\n', extra));
    }

    [Fact]
    public void EveryNameOfTheBinding_HasAllOverloads()
    {
        SortedSet<string> own = Surface.Of(typeof(torch).Assembly);
        HashSet<string> names = [.. own.Select(Surface.Group)];
        string[] missing =
        [
            .. Published.Where(line => names.Contains(Surface.Group(line)) && !own.Contains(line)
                && !s_absentTypes.Any(t => line.Contains(t, StringComparison.Ordinal)) && !s_leftOut.Any(l => line.Contains(l, StringComparison.Ordinal))),
        ];
        Assert.True(missing.Length == 0, "missing overloads:\n" + string.Join('\n', missing));
    }
}
