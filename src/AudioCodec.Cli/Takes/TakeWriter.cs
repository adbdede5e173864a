using System.Diagnostics;
using System.Globalization;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Takes;

/// <summary>Makes takes and writes them; what was made before a stop is kept.</summary>
/// <param name="session">Where messages and pipes go.</param>
/// <param name="generator">The generator.</param>
/// <param name="prompts">The texts.</param>
/// <param name="files">Where the takes go, those of the first text first.</param>
internal sealed class TakeWriter(CliSession session, Generator generator, IReadOnlyList<TakePrompt> prompts, IReadOnlyList<TakeFile> files)
{
    /// <summary>How audio is made.</summary>
    public required GenerationOptions Options { get; init; }

    /// <summary>How samples are written.</summary>
    public required WavFormat Format { get; init; }

    /// <summary>Whether files may be replaced.</summary>
    public bool Force { get; init; }

    /// <summary>The player to play through, or <see langword="null"/>.</summary>
    public string? Player { get; init; }

    /// <summary>Whether the generation was stopped.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Makes all takes.</summary>
    /// <param name="progress">Shows the progress.</param>
    /// <param name="cancellationToken">Ends the takes at the frame that they have come to.</param>
    /// <exception cref="OperationCanceledException">It was stopped before anything was made.</exception>
    public async Task<GenerateReport> RunAsync(IProgressLine progress, CancellationToken cancellationToken)
    {
        var outputs = new Dictionary<int, TakeOutput>();
        var reports = new SortedDictionary<int, TakeReport>();
        long start = Stopwatch.GetTimestamp();
        double? firstSound = null;
        AudioPlayer? player = null;
        try
        {
            IAsyncEnumerable<GeneratedBlock> blocks = generator.GenerateBatchAsync(
                [.. prompts.Select(prompt => prompt.Text)], Options, new FrameProgress(progress), cancellationToken);
            await foreach (GeneratedBlock block in blocks.ConfigureAwait(false))
            {
                int take = (block.Prompt * Options.Takes) + block.Take;
                if (!outputs.TryGetValue(take, out TakeOutput? output))
                {
                    output = new TakeOutput(session, generator, files[take], Format, Force, block.LengthSamples, Tags(block));
                    outputs.Add(take, output);
                }

                ReadOnlySpan<float> written = output.Write(block);
                firstSound ??= block.Audio.LengthSamples > 0 ? Stopwatch.GetElapsedTime(start).TotalSeconds : null;
                if (Player is not null)
                {
                    player ??= new AudioPlayer(session, Player, block.Audio.SampleRateHz, block.Audio.Channels, block.LengthSamples);
                    player.Write(written);
                }

                if (block.IsLast)
                {
                    if (output.Finish(prompts[block.Prompt].Text, block) is TakeReport report)
                    {
                        reports.Add(take, report);
                    }

                    output.Dispose();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && reports.Count > 0)
        {
            Stopped = true;
        }
        finally
        {
            foreach (TakeOutput output in outputs.Values)
            {
                output.Dispose();
            }

            try
            {
                if (player is not null && !cancellationToken.IsCancellationRequested)
                {
                    await player.FinishAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                player?.Dispose();
            }
        }

        return new GenerateReport(
            generator.Info.Name,
            generator.Info.Status,
            firstSound is double first ? Math.Round(first, 3) : null,
            Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3),
            [.. reports.Values]);
    }

    private Dictionary<string, string> Tags(GeneratedBlock block)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["prompt"] = prompts[block.Prompt].Text,
            ["generator"] = generator.Info.Name,
            ["seed"] = block.Seed.ToString(CultureInfo.InvariantCulture),
            ["take"] = block.Take.ToString(CultureInfo.InvariantCulture),
        };
        if (Options.NegativePrompt is { Length: > 0 } negative)
        {
            tags.Add("negative_prompt", negative);
        }

        return tags;
    }

    /// <summary>Frames in words, the share of the work as a bar, from which the time left follows.</summary>
    private sealed class FrameProgress(IProgressLine line) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value)
        {
            line.Rename($"frame {value.Frames} of {value.TotalFrames}");
            line.Report(value.Fraction);
        }
    }
}
