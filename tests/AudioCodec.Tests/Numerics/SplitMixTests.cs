using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

public sealed class SplitMixTests
{
    /// <summary>The published sequence for this seed.</summary>
    [Fact]
    public void Next_KnownSeed_GivesThePublishedNumbers()
    {
        var random = new SplitMix(1234567);
        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431], Enumerable.Range(0, 4).Select(_ => random.Next()));
    }

    [Fact]
    public void State_SetOnAnotherGenerator_ContinuesTheSequence()
    {
        SplitMix first = SplitMix.For(1, 2, 3);
        first.Next();
        var second = new SplitMix(0) { State = first.State };
        Assert.Equal(first.Next(), second.Next());
        Assert.NotEqual(SplitMix.For(1, 2, 3).Next(), SplitMix.For(1, 3, 2).Next());
    }

    [Fact]
    public void NextIndex_Weights_AreDrawnInProportion()
    {
        var random = new SplitMix(5);
        int[] drawn = new int[3];
        for (int i = 0; i < 10_000; i++)
        {
            drawn[random.NextIndex([1, 0, 3])]++;
        }

        Assert.Equal(0, drawn[1]);
        Assert.InRange(drawn[0], 2300, 2700);
    }

    [Fact]
    public void NextInt64_Count_StaysBelowIt()
    {
        var random = new SplitMix(7);
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 100).Select(_ => random.NextInt64(3)).Distinct().Order());
    }
}
