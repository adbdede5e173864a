using System.Collections.Concurrent;

namespace AudioCodec.Files;

/// <summary>Work on files side by side: the largest first, each thread taking one whenever it is free, so that none has much left when the others are done.</summary>
/// <remarks><see cref="Parallel.For(int, int, Action{int})"/> hands out runs of up to sixteen: with files, eight threads wait for the last runs half of the time.</remarks>
internal static class LargestFirst
{
    /// <summary>Numbers of the files in the order of the work: as they are for one thread.</summary>
    /// <param name="paths">Files; one that is not there counts as empty.</param>
    /// <param name="parallel">Files at once, at least 1.</param>
    public static int[] Order(IReadOnlyList<string> paths, int parallel) => parallel == 1
        ? [.. Enumerable.Range(0, paths.Count)]
        : [.. Enumerable.Range(0, paths.Count).OrderByDescending(i => Bytes(paths[i]))];

    /// <summary>Does the work on all files.</summary>
    /// <param name="paths">Files; one that is not there counts as empty.</param>
    /// <param name="parallel">Files at once, at least 1.</param>
    /// <param name="work">Given the number of a file.</param>
    /// <param name="cancellation">Stops before the next file.</param>
    /// <exception cref="AggregateException">The work failed on some.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Run(IReadOnlyList<string> paths, int parallel, Action<int> work, CancellationToken cancellation) => Parallel.ForEach(
        Partitioner.Create(Order(paths, parallel), EnumerablePartitionerOptions.NoBuffering),
        new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation },
        work);

    private static long Bytes(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
