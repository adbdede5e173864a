using System.Diagnostics;
using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Generation.Configuration;
using AudioCodec.Generation.Sampling;
using AudioCodec.Generation.Takes;
using AudioCodec.Models;
using AudioCodec.Text;

namespace AudioCodec;

/// <summary>One call of a generator: its takes, made group by group, each in constant memory.</summary>
internal sealed class GenerationRun
{
    // A block has a tenth of a second, so that the first one is there soon.
    private const int BlocksPerSecond = 10;

    private readonly GeneratorModel _model;
    private readonly IReadOnlyList<string?> _prompts;
    private readonly GenerationOptions _options;
    private readonly int _threads;

    /// <summary>Checks what is asked for.</summary>
    /// <param name="model">The generator.</param>
    /// <param name="prompts">The texts; an empty one, as none, for audio without a text.</param>
    /// <param name="options">How it is made.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the clip to go on from is as long as the audio.</exception>
    public GenerationRun(GeneratorModel model, IReadOnlyList<string?> prompts, GenerationOptions options, int threads)
    {
        (_model, _prompts, _options, _threads) = (model, prompts, options, threads);
        GeneratorConfig config = model.Config;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Takes, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, nameof(options));
        Seed = options.Seed ?? Random.Shared.NextInt64(1L << 32);
        double guidance = options.Guidance ?? config.Defaults.Guidance;
        if (!double.IsFinite(guidance))
        {
            throw new ArgumentOutOfRangeException(nameof(options), guidance, "Guidance is a finite number; 3 is usual.");
        }

        SamplingSettings sampling = options.Greedy
            ? SamplingSettings.Greedy
            : new(options.Temperature ?? config.Defaults.Temperature, options.TopK ?? config.Defaults.TopK, options.TopP ?? config.Defaults.TopP);
        sampling.Validate();
        ushort[] prompt = (options.Continuation, options.ContinuationCodes) switch
        {
            (null, null) => [],
            (AudioBuffer clip, null) => AudioPrompt.Encode(model.Codec.Engine, config, clip, threads),
            (null, EncodedAudio codes) => AudioPrompt.Take(config, codes),
            _ => throw new ArgumentException("A clip and codes to go on from are given; one of them is possible.", nameof(options)),
        };
        long promptFrames = prompt.Length / config.Transformer.Codebooks;
        long frames = options.Duration is TimeSpan duration ? Frames(duration, nameof(options.Duration), GeneratorConfig.MaxFrames) : promptFrames + config.Defaults.Frames;
        if (frames <= promptFrames)
        {
            throw new ArgumentException(
                $"The clip to go on from has {promptFrames / (double)config.FrameRateHz:0.##} s; the duration of {frames / (double)config.FrameRateHz:0.##} s, which includes it, leaves nothing to make.",
                nameof(options));
        }

        Settings = new TakeSettings
        {
            Pattern = config.Pattern,
            Frames = frames,
            WindowFrames = config.WindowFrames,
            StrideFrames = options.Stride is TimeSpan stride
                ? (int)Frames(stride, nameof(options.Stride), Math.Max(1, config.WindowFrames - 1))
                : Math.Clamp(config.Defaults.StrideFrames, 1, Math.Max(1, config.WindowFrames - 1)),
            Sampling = sampling,
            Guidance = (float)guidance,
            Prompt = prompt,
            ExtraFrames = !options.Greedy,
            Threads = threads,
            Weights = model.Source,
        };
    }

    /// <summary>Seed of the generation.</summary>
    public long Seed { get; }

    /// <summary>How the takes are made.</summary>
    public TakeSettings Settings { get; }

    /// <summary>Makes the audio.</summary>
    /// <param name="progress">Receives the progress after every step.</param>
    /// <param name="cancellationToken">Ends the takes at the frame that they have come to; what was made is given before the exception.</param>
    /// <exception cref="CheckpointException">The text encoder cannot be loaded, or weights are damaged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<GeneratedBlock> Blocks(IProgress<GenerationProgress>? progress, CancellationToken cancellationToken)
    {
        TextStates?[] texts = _model.Encode([.. _prompts, _options.NegativePrompt]);
        (int Prompt, TakeRequest Request)[] takes =
        [
            .. from prompt in Enumerable.Range(0, _prompts.Count)
               from take in Enumerable.Range(0, _options.Takes)
               select (prompt, new TakeRequest(texts[prompt], texts[^1], Seed, take)),
        ];
        var meter = new Meter(progress, takes.Length * Settings.Frames, (takes.Length + _options.BatchSize - 1) / _options.BatchSize);
        foreach ((int Prompt, TakeRequest Request)[] group in takes.Chunk(_options.BatchSize))
        {
            foreach (GeneratedBlock block in Blocks(group, meter, cancellationToken))
            {
                yield return block;
            }
        }
    }

    private IEnumerable<GeneratedBlock> Blocks((int Prompt, TakeRequest Request)[] takes, Meter meter, CancellationToken cancellationToken)
    {
        GeneratorConfig config = _model.Config;
        int blockCodes = Math.Max(1, config.FrameRateHz / BlocksPerSecond) * config.Transformer.Codebooks;
        using var batch = new TakeBatch(_model.Transformer, [.. takes.Select(take => take.Request)], Settings);
        long length = Settings.Frames * _model.Codec.Config.HopSamples;
        Take[] made = [.. takes.Select(take => new Take(take.Prompt, take.Request, length, config, new TakeDecoder(_model.Codec.Engine, config.Transformer.Codebooks, config.Channels, _threads)))];
        try
        {
            bool more = true;
            long drained = 0;
            while (more)
            {
                more = !cancellationToken.IsCancellationRequested && batch.Step();
                meter.Report(batch, takes.Length);
                if (more && (batch.FramesDone - drained) * config.Transformer.Codebooks < blockCodes)
                {
                    continue;
                }

                drained = batch.FramesDone;
                for (int i = 0; i < made.Length; i++)
                {
                    ushort[] codes = batch.Drain(i);
                    for (int at = 0; at < codes.Length; at += blockCodes)
                    {
                        ReadOnlyMemory<ushort> piece = codes.AsMemory(at, Math.Min(blockCodes, codes.Length - at));
                        yield return made[i].Block(made[i].Decoder.Write(piece.Span), piece, isLast: false);
                    }

                    if (!more)
                    {
                        yield return made[i].Block(made[i].Decoder.Complete(), default, isLast: true);
                    }
                }
            }

            meter.EndGroup();
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            Array.ForEach(made, take => take.Decoder.Dispose());
        }
    }

    private long Frames(TimeSpan time, string what, long most)
    {
        // Whole ticks, since seconds in floating point lose frames at some durations.
        Int128 frames = (Int128)time.Ticks * _model.Config.FrameRateHz / TimeSpan.TicksPerSecond;
        return time > TimeSpan.Zero && frames <= most
            ? (long)Int128.Max(frames, 1)
            : throw new ArgumentOutOfRangeException(
                nameof(time), time, $"{what} is above 0 and at most {TimeSpan.FromSeconds(most / (double)_model.Config.FrameRateHz)}, or {most} frames.");
    }

    /// <summary>A take and what it has given.</summary>
    private sealed class Take(int prompt, TakeRequest request, long length, GeneratorConfig config, TakeDecoder decoder)
    {
        private long _samples;

        public TakeDecoder Decoder { get; } = decoder;

        public GeneratedBlock Block(float[] samples, ReadOnlyMemory<ushort> codes, bool isLast)
        {
            var audio = new AudioBlock(samples, _samples, config.SampleRateHz, config.Channels);
            _samples += audio.LengthSamples;
            return new GeneratedBlock(prompt, request.Number, request.Seed, audio, codes, length, isLast);
        }
    }

    /// <summary>Counts over groups, which need the same steps each.</summary>
    private sealed class Meter(IProgress<GenerationProgress>? progress, long totalFrames, int groups)
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private int _groupsDone;
        private long _framesBefore;
        private long _frames;

        public void Report(TakeBatch batch, int takes)
        {
            _frames = _framesBefore + (batch.FramesDone * takes);
            if (progress is null)
            {
                return;
            }

            double fraction = (_groupsDone + ((double)batch.StepsDone / Math.Max(1, batch.StepsTotal))) / groups;
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
            TimeSpan remaining = fraction > 0 ? elapsed * ((1 - fraction) / fraction) : TimeSpan.MaxValue;
            progress.Report(new GenerationProgress(_frames, totalFrames, fraction, elapsed, remaining));
        }

        public void EndGroup()
        {
            _groupsDone++;
            _framesBefore = _frames;
        }
    }
}
