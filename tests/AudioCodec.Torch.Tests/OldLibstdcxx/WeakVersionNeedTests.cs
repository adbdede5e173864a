using System.Buffers.Binary;
using AudioCodec.Torch.Loading;
using AudioCodec.Torch.OldLibstdcxx;

namespace AudioCodec.Torch.Tests.OldLibstdcxx;

/// <summary>What the build changes in TorchSharp's native part, so that it loads over an older libstdc++.</summary>
public sealed class WeakVersionNeedTests
{
    private const string Version = "GLIBCXX_3.4.32";
    private const string Symbol = "_ZSt21ios_base_library_initv";

    private static readonly string s_original = Path.Combine(LibTorchPlatform.PackagesFolder, "torchsharp", LibTorch.TorchSharpVersion, "runtimes/linux-x64/native/libLibTorchSharp.so");

    /// <summary>The library beside this program is the package's but for one field of 16 bits: the flags of the version that is needed, which become VER_FLG_WEAK.</summary>
    [Fact]
    public void Build_ChangesOneFieldOfTheLibrary()
    {
        byte[] original = Original();
        byte[] built = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "runtimes/linux-x64/native/libLibTorchSharp.so"));
        Assert.Equal(original.Length, built.Length);
        int[] changed = [.. Enumerable.Range(0, built.Length).Where(i => built[i] != original[i])];
        int at = Assert.Single(changed);
        Assert.Equal((0, 2), (BinaryPrimitives.ReadUInt16LittleEndian(original.AsSpan(at)), BinaryPrimitives.ReadUInt16LittleEndian(built.AsSpan(at))));
        Assert.Equal(built, ElfLibrary.WithWeakNeed(original, Version, Symbol));
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.99", Symbol, "needed 0 times")]
    [InlineData("GLIBCXX_3.4.21", Symbol, "symbols want the version")]
    [InlineData(Version, "_ZSt9terminatev", "wants the version, not")]
    public void WithWeakNeed_LibraryThatIsNotTheOneDescribed_IsRefused(string version, string symbol, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => ElfLibrary.WithWeakNeed(Original(), version, symbol)).Message, StringComparison.Ordinal);

    [Fact]
    public void WithWeakNeed_Twice_IsRefused()
    {
        byte[] weak = ElfLibrary.WithWeakNeed(Original(), Version, Symbol);
        Assert.Contains("flags already", Assert.Throws<InvalidDataException>(() => ElfLibrary.WithWeakNeed(weak, Version, Symbol)).Message, StringComparison.Ordinal);
    }

    /// <summary>A relocation that names the symbol would need it: one is made to, by the symbol's index in the upper half of its second word. Both places are TorchSharp 0.107.0's (readelf -SW, --dyn-syms).</summary>
    [Fact]
    public void WithWeakNeed_RelocationNamesTheSymbol_IsRefused()
    {
        byte[] library = Original();
        const int relocations = 0x48aa0;
        const uint symbol = 482;
        BinaryPrimitives.WriteUInt32LittleEndian(library.AsSpan(relocations + 12), symbol);
        Assert.Contains("a relocation names", Assert.Throws<InvalidDataException>(() => ElfLibrary.WithWeakNeed(library, Version, Symbol)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithWeakNeed_CutShortOrNoElf_IsRefused()
    {
        byte[] library = Original();
        foreach (int length in new[] { 0, 16, 64, 65, 1000, 0x3f8f0, library.Length - 100 })
        {
            Exception? error = Record.Exception(() => ElfLibrary.WithWeakNeed(library[..length], Version, Symbol));
            Assert.True(error is InvalidDataException or ArgumentException, $"{length} bytes: {error}");
        }
    }

    private static byte[] Original()
    {
        Assert.SkipUnless(File.Exists(s_original), $"{s_original} is not there.");
        return File.ReadAllBytes(s_original);
    }
}
