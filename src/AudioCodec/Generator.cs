using System.Runtime.CompilerServices;
using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Models;

namespace AudioCodec;

/// <summary>A loaded generator: makes audio from texts, alone or going on from a clip, whole or as a stream.</summary>
/// <remarks>
/// Weights are read-only, so any number of threads may share one instance. Source: AudioGen (arXiv 2209.15352), MusicGen (arXiv 2306.05284).
/// </remarks>
/// <example>
/// <code>
/// await using Generator generator = await Generator.LoadAsync();
/// await foreach (AudioBlock block in generator.GenerateAsync("a dog barks")) { }
/// </code>
/// </example>
public sealed class Generator : IDisposable, IAsyncDisposable
{
    private readonly GeneratorModel _model;
    private readonly int _threads;

    internal Generator(GeneratorModel model, int threads)
    {
        _model = model;
        _threads = threads;
        Info = new GeneratorInfo(model.Config);
        Codec = new Codec(model.Codec, threads, owned: null);
    }

    /// <summary>Description of the generator.</summary>
    public GeneratorInfo Info { get; }

    /// <summary>The codec of each channel, which writes codes to files; disposed with the generator.</summary>
    public Codec Codec { get; }

    /// <summary>Loads a generator.</summary>
    /// <param name="nameOrPath">
    /// Name of a model that ships or was downloaded, or a folder of this library, of AudioCraft or of Hugging Face's MusicGen; <see langword="null"/> for
    /// <see cref="GeneratorOptions.Model"/>.
    /// </param>
    /// <param name="options">How to find, load and run it.</param>
    /// <exception cref="ModelNotFoundException">There is no such model on this machine, or its codec or text encoder is missing.</exception>
    /// <exception cref="CheckpointException">Its checkpoint is damaged or hostile.</exception>
    /// <exception cref="ConfigException">Its configuration cannot be read.</exception>
    public static Generator Load(string? nameOrPath = null, GeneratorOptions? options = null)
    {
        using var loader = new GeneratorLoader(options ?? new GeneratorOptions());
        return loader.Load(nameOrPath);
    }

    /// <summary>Loads a generator on the thread pool; downloads it first where <see cref="GeneratorOptions.DownloadMissingModels"/> allows it.</summary>
    /// <param name="nameOrPath">As for <see cref="Load"/>.</param>
    /// <param name="options">How to find, load and run it.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <inheritdoc cref="Load"/>
    public static async Task<Generator> LoadAsync(string? nameOrPath = null, GeneratorOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var loader = new GeneratorLoader(options ?? new GeneratorOptions());
        await loader.PullIfMissingAsync(nameOrPath, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => loader.Load(nameOrPath), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes audio as a stream: the first block comes before the last token is drawn, and together they are what <see cref="Generate"/> gives.</summary>
    /// <param name="prompt">The text; an empty one, or <see langword="null"/>, for audio without a text.</param>
    /// <param name="options">How it is made; one take.</param>
    /// <param name="progress">Receives the progress after every step.</param>
    /// <param name="cancellationToken">Ends the audio at the frame that it has come to; what was made is given before the exception is thrown.</param>
    /// <exception cref="ArgumentException">An option is out of range, the text is too long (<see cref="TextTooLongException"/>), or several takes are asked for.</exception>
    /// <exception cref="CheckpointException">The text encoder cannot be loaded, or weights are damaged.</exception>
    public IAsyncEnumerable<AudioBlock> GenerateAsync(
        string? prompt, GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        options is { Takes: not 1 }
            ? throw new ArgumentException($"One stream has one take, not {options.Takes}: use {nameof(GenerateBatchAsync)}.", nameof(options))
            : AudioOf(GenerateBatchAsync([prompt], options, progress, cancellationToken), cancellationToken);

    /// <summary>Makes audio from several texts, or several takes, as one stream of blocks that say whose they are; takes side by side come in turns.</summary>
    /// <param name="prompts">The texts; an empty one, or <see langword="null"/>, for audio without a text.</param>
    /// <param name="options">How it is made.</param>
    /// <param name="progress">Receives the progress after every step.</param>
    /// <param name="cancellationToken">Ends all takes at the frame that they have come to; what was made is given before the exception is thrown.</param>
    /// <exception cref="ArgumentException">There is no prompt, an option is out of range, or a text is too long (<see cref="TextTooLongException"/>).</exception>
    /// <exception cref="CheckpointException">The text encoder cannot be loaded, or weights are damaged.</exception>
    public IAsyncEnumerable<GeneratedBlock> GenerateBatchAsync(
        IReadOnlyList<string?> prompts, GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        GenerationRun run = Start(prompts, options);
        return Stream(run, progress, cancellationToken);
    }

    /// <summary>Makes audio in memory.</summary>
    /// <param name="prompt">The text; an empty one, or <see langword="null"/>, for audio without a text.</param>
    /// <param name="options">How it is made; one take.</param>
    /// <param name="progress">Receives the progress after every step.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="ArgumentException">An option is out of range, the text is too long (<see cref="TextTooLongException"/>), or several takes are asked for.</exception>
    /// <exception cref="CheckpointException">The text encoder cannot be loaded, or weights are damaged.</exception>
    public GeneratedAudio Generate(
        string? prompt, GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        options is { Takes: not 1 }
            ? throw new ArgumentException($"One take is given here, not {options.Takes}: use {nameof(GenerateBatch)}.", nameof(options))
            : GenerateBatch([prompt], options, progress, cancellationToken)[0];

    /// <summary>Makes audio from several texts, or several takes, in memory.</summary>
    /// <param name="prompts">The texts; an empty one, or <see langword="null"/>, for audio without a text.</param>
    /// <param name="options">How it is made.</param>
    /// <param name="progress">Receives the progress after every step.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The takes of the first prompt, then those of the next.</returns>
    /// <exception cref="ArgumentException">There is no prompt, an option is out of range, or a text is too long (<see cref="TextTooLongException"/>).</exception>
    /// <exception cref="CheckpointException">The text encoder cannot be loaded, or weights are damaged.</exception>
    public IReadOnlyList<GeneratedAudio> GenerateBatch(
        IReadOnlyList<string?> prompts, GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        GenerationRun run = Start(prompts, options);
        int takes = options?.Takes ?? 1;
        int frames = checked((int)run.Settings.Frames);
        int samples = checked(frames * Codec.Info.HopSamples);
        GeneratedAudio[] made =
        [
            .. Enumerable.Range(0, prompts.Count * takes).Select(index => new GeneratedAudio(
                prompts[index / takes],
                index % takes,
                run.Seed,
                new AudioBuffer(new float[checked(samples * Info.Channels)], Info.Channels, Info.SampleRateHz),
                new EncodedAudio(samples, Info.Codebooks, [new EncodedSegment(1, new ushort[checked(frames * Info.Codebooks)])]))),
        ];
        var codes = new int[made.Length];
        foreach (GeneratedBlock block in run.Blocks(progress, cancellationToken))
        {
            int index = (block.Prompt * takes) + block.Take;
            made[index].Audio.WriteInterleaved((int)block.Audio.StartSample, block.Audio.Samples.Span);
            block.Codes.Span.CopyTo(made[index].Codes.Segments[0].Codes.AsSpan(codes[index]));
            codes[index] += block.Codes.Length;
        }

        return made;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static async IAsyncEnumerable<AudioBlock> AudioOf(IAsyncEnumerable<GeneratedBlock> blocks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (GeneratedBlock block in blocks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (block.Audio.LengthSamples > 0)
            {
                yield return block.Audio;
            }
        }
    }

    /// <summary>Runs on the thread pool between one block and the next.</summary>
    private static async IAsyncEnumerable<GeneratedBlock> Stream(
        GenerationRun run, IProgress<GenerationProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using IEnumerator<GeneratedBlock> blocks = run.Blocks(progress, cancellationToken).GetEnumerator();

        // Cancellation is seen inside, where what was made is still given.
        while (await Task.Run(blocks.MoveNext, CancellationToken.None).ConfigureAwait(false))
        {
            yield return blocks.Current;
        }
    }

    private GenerationRun Start(IReadOnlyList<string?> prompts, GenerationOptions? options)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        return prompts.Count > 0
            ? new GenerationRun(_model, prompts, options ?? new GenerationOptions(), _threads)
            : throw new ArgumentException("There is no prompt; for audio without a text, name an empty one.", nameof(prompts));
    }
}
