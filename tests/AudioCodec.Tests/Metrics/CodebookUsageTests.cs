using AudioCodec.Metrics;

namespace AudioCodec.Tests.Metrics;

public class CodebookUsageTests
{
    [Fact]
    public void Perplexities_EvenCollapsedAndUnusedLevels_AreSizeOneAndNaN()
    {
        var usage = new CodebookUsage(3, 8);
        usage.Add([.. Enumerable.Range(0, 64).SelectMany(i => new ushort[] { (ushort)(i % 8), 5 })], 2);
        double[] perplexities = usage.Perplexities();
        Assert.Equal(8, perplexities[0], 1e-9);
        Assert.Equal(1, perplexities[1], 1e-9);
        Assert.True(double.IsNaN(perplexities[2]));
    }

    [Fact]
    public void Perplexities_UnevenUse_IsTwoToTheEntropy()
    {
        var usage = new CodebookUsage(1, 4);
        usage.Add([0, 0, 1, 2], 1);
        Assert.Equal(Math.Pow(2, 1.5), usage.Perplexities()[0], 1e-9);
    }

    [Fact]
    public void Add_AnotherCounter_EqualsCountingAll()
    {
        var whole = new CodebookUsage(2, 16);
        CodebookUsage first = new(2, 16), second = new(2, 16);
        ushort[] codes = [.. Enumerable.Range(0, 200).Select(i => (ushort)(i * i % 16))];
        whole.Add(codes, 2);
        first.Add(codes.AsSpan(0, 80), 2);
        second.Add(codes.AsSpan(80), 2);
        first.Add(second);
        Assert.Equal(whole.Perplexities(), first.Perplexities());
    }

    [Fact]
    public void Add_WhatDoesNotFit_Throws()
    {
        var usage = new CodebookUsage(2, 4);
        Assert.Throws<ArgumentException>(() => usage.Add([0, 4], 1));
        Assert.Throws<ArgumentException>(() => usage.Add([0, 1, 2], 2));
        Assert.Throws<ArgumentException>(() => usage.Add([0, 1, 2], 3));
        Assert.Throws<ArgumentException>(() => usage.Add(new CodebookUsage(1, 4)));
    }
}
