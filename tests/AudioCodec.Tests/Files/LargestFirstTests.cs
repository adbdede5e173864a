using AudioCodec.Files;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Files;

public sealed class LargestFirstTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Order_SeveralThreads_IsBySizeAndThoseOfOneSizeStay()
    {
        string[] paths = Files(5, 70, 5, 300);
        Assert.Equal([3, 1, 0, 2, 4], LargestFirst.Order([.. paths, _folder["missing"]], 2));
        Assert.Equal([0, 1, 2, 3, 4], LargestFirst.Order([.. paths, _folder["missing"]], 1));
    }

    /// <summary>While one thread is busy with one file, the other takes all others: none of them waits in the first one's hands.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(35)]
    public void Run_OneFileThatTakesLong_TheOthersAreDoneBesideIt(int slow)
    {
        string[] paths = Files([.. Enumerable.Repeat(1, 41)]);
        using var others = new CountdownEvent(paths.Length - 1);
        bool beside = false;
        LargestFirst.Run(
            paths,
            2,
            i =>
            {
                if (i == slow)
                {
                    beside = others.Wait(TimeSpan.FromSeconds(30));
                }
                else
                {
                    others.Signal();
                }
            },
            TestContext.Current.CancellationToken);
        Assert.True(beside);
        Assert.True(others.IsSet);
    }

    [Fact]
    public void Run_Cancelled_Stops() =>
        Assert.ThrowsAny<OperationCanceledException>(() => LargestFirst.Run(Files(1), 1, _ => Assert.Fail("work was done"), new CancellationToken(canceled: true)));

    private string[] Files(params int[] sizes) =>
    [
        .. sizes.Select((bytes, i) =>
        {
            string path = _folder[$"{i}"];
            File.WriteAllBytes(path, new byte[bytes]);
            return path;
        }),
    ];
}
