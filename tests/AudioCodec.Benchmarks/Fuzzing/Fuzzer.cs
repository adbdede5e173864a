using System.Diagnostics;

namespace AudioCodec.Fuzzing;

/// <summary>Tries parsers on damaged files, the same ones in every run: an input's number gives it again.</summary>
internal static class Fuzzer
{
    /// <summary>What a parser made of its inputs.</summary>
    /// <param name="Name">The parser.</param>
    /// <param name="Inputs">How many there were.</param>
    /// <param name="Refused">How many gave a typed error; the rest were read.</param>
    /// <param name="Slowest">The longest time that one took.</param>
    /// <param name="Failures">Those that gave anything else, or took too long: number and reason.</param>
    internal sealed record Result(string Name, long Inputs, long Refused, TimeSpan Slowest, IReadOnlyList<string> Failures);

    /// <summary>Gives a parser damaged copies of its seed.</summary>
    /// <param name="target">The parser.</param>
    /// <param name="inputs">How many.</param>
    /// <param name="limit">Most time for one; a parser that takes ten times as long is not waited for.</param>
    /// <param name="first">Number of the first input.</param>
    public static Result Run(FuzzTarget target, long inputs, TimeSpan limit, long first = 0)
    {
        target.Parse(target.Seed);
        var run = new Worker(target, first, inputs, limit);
        var thread = new Thread(run.Work) { IsBackground = true, Name = "fuzz" };
        thread.Start();
        while (!thread.Join(100))
        {
            if (Stopwatch.GetElapsedTime(run.Started) > 10 * limit)
            {
                return new Result(target.Name, run.Done, run.Refused, run.Slowest, [.. run.Failures, $"input {first + run.Done}: does not end"]);
            }
        }

        return new Result(target.Name, run.Done, run.Refused, run.Slowest, run.Failures);
    }

    /// <summary>An input by its number: one to three kinds of damage.</summary>
    public static byte[] Damage(FuzzTarget target, long input)
    {
        var random = new Random(HashCode(target.Name, input));
        byte[] damaged = target.Seed;
        for (int times = random.Next(1, 4); times > 0 && damaged.Length > 0; times--)
        {
            damaged = Mutation.Apply(damaged, random);
        }

        return damaged;
    }

    /// <summary>The runtime's own differs from run to run.</summary>
    private static int HashCode(string name, long input) =>
        unchecked((int)((name.Aggregate(17L, (hash, letter) => (hash * 31) + letter) * 1_000_003) + (input * 7919)));

    private sealed class Worker(FuzzTarget target, long first, long inputs, TimeSpan limit)
    {
        private long _started = Stopwatch.GetTimestamp();

        /// <summary>When the present input was begun.</summary>
        public long Started => Volatile.Read(ref _started);

        public long Done { get; private set; }

        public long Refused { get; private set; }

        public TimeSpan Slowest { get; private set; }

        public List<string> Failures { get; } = [];

        public void Work()
        {
            for (; Done < inputs; Done++)
            {
                byte[] damaged = Damage(target, first + Done);
                Volatile.Write(ref _started, Stopwatch.GetTimestamp());
                try
                {
                    target.Parse(damaged);
                }
                catch (CodecException)
                {
                    Refused++;
                }
                catch (Exception exception)
                {
                    Failures.Add($"input {first + Done}: {exception}");
                }

                TimeSpan elapsed = Stopwatch.GetElapsedTime(_started);
                Slowest = elapsed > Slowest ? elapsed : Slowest;
                if (elapsed > limit)
                {
                    Failures.Add($"input {first + Done}: {elapsed.TotalSeconds:F1} s");
                }
            }
        }
    }
}
