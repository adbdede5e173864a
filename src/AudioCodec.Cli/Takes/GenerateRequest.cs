using AudioCodec.Audio;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.CodeFiles;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;
using AudioCodec.Codecs;
using AudioCodec.Files;

namespace AudioCodec.Cli.Takes;

/// <summary>What a user asks <c>audiocodec generate</c> for.</summary>
/// <param name="Prompts">The texts.</param>
/// <param name="Output">File, folder or <c>-</c>; <see langword="null"/> for files named by the prompts.</param>
/// <param name="Tokens">File or folder of the tokens, or <see langword="null"/>.</param>
/// <param name="Options">How sound is made.</param>
/// <param name="Model">Which generator, and how it runs.</param>
/// <param name="Inputs">Files that are read, or <c>-</c>.</param>
/// <param name="Clip">What to go on from, or <see langword="null"/>.</param>
/// <param name="Format">How samples are written.</param>
/// <param name="Force">Whether files may be replaced.</param>
/// <param name="Play">Whether it is played.</param>
/// <param name="Json">Whether the report is JSON.</param>
internal sealed record GenerateRequest(
    IReadOnlyList<TakePrompt> Prompts,
    string? Output,
    string? Tokens,
    GenerationOptions Options,
    GeneratorOptions Model,
    IReadOnlyList<string> Inputs,
    string? Clip,
    WavFormat Format,
    bool Force,
    bool Play,
    bool Json)
{
    /// <summary>Makes the sound and writes it.</summary>
    /// <param name="session">Where messages and pipes go.</param>
    /// <param name="cancellationToken">Ends the takes; what was made is kept.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">What is asked for does not go together.</exception>
    public async Task<int> RunAsync(CliSession session, CancellationToken cancellationToken)
    {
        IReadOnlyList<TakeFile> files = Plan();
        string? player = Play ? AudioPlayer.Find() : null;
        await using Generator generator = await Generator.LoadAsync(null, Model, cancellationToken).ConfigureAwait(false);
        RefuseWhatDoesNotFit(generator.Info, files);
        try
        {
            var writer = new TakeWriter(session, generator, Prompts, files)
            {
                Options = await WithClipAsync(session, generator, cancellationToken).ConfigureAwait(false),
                Format = Format,
                Force = Force,
                Player = player,
            };
            GenerateReport report = await ProgressDisplay.RunOneAsync(session, generator.Info.Name, line => writer.RunAsync(line, cancellationToken)).ConfigureAwait(false);
            return Tell(session, report, writer.Stopped);
        }
        catch (TextTooLongException tooLong)
        {
            TakePrompt? prompt = Prompts.FirstOrDefault(prompt => prompt.Text == tooLong.Text);
            throw new UsageException($"{prompt?.Place ?? (prompt is null ? "--negative" : "The prompt")}, '{Messages.Quote(tooLong.Text[..Math.Min(20, tooLong.Text.Length)])}...', is too long. {tooLong.Message}");
        }
        catch (ArgumentException refusal)
        {
            throw new UsageException(refusal);
        }
        catch (ModelNotFoundException missing) when (missing.ModelName == generator.Info.Config.TextEncoderName)
        {
            throw new ModelNotFoundException($"{missing.Message} --text-encoder names it.", missing.ModelName, missing.IsPublished);
        }
    }

    private int Tell(CliSession session, GenerateReport report, bool stopped)
    {
        foreach (TakeReport take in report.Takes.Where(take => take.ClippedValues > 0))
        {
            session.Warning($"{take.Output}: {take.ClippedValues} samples were clipped: the peak is {take.Peak:0.000}, the limit is {PeakGuard.ReferenceLimit}.");
        }

        if (Json)
        {
            ReportJson.Write(session, report);
        }
        else
        {
            foreach (TakeReport take in report.Takes)
            {
                session.Message(take.ToText());
            }

            session.Message(report.ToText());
            if (report.Takes.Select(take => take.Tokens).OfType<string>().FirstOrDefault() is string tokens && CodeFormats.Caution(tokens) is string caution)
            {
                session.Message(caution);
            }
        }

        if (stopped)
        {
            session.Message("stopped; what was made is kept");
        }

        return stopped ? ExitCodes.Cancelled : ExitCodes.Success;
    }

    /// <summary>Names all files and refuses, before any work, those that may not be written.</summary>
    private TakeFile[] Plan()
    {
        if (Prompts.Count == 0)
        {
            throw new UsageException("Name what to hear: audiocodec generate \"a dog barks\". For sound without a text, name an empty one: ''.");
        }

        IReadOnlyList<string> outputs = TakeNames.Of(Prompts, Options.Takes, Output, Format.Raw is null ? ".wav" : ".raw");
        string tokensExtension = Tokens is null || Path.GetExtension(Tokens).Length == 0 ? CodeFormats.DefaultExtension : Path.GetExtension(Tokens);
        IReadOnlyList<string>? tokens = Tokens is null ? null
            : TakeNames.Of([.. Prompts.Select(prompt => prompt with { Output = Path.ChangeExtension(prompt.Output, tokensExtension) })], Options.Takes, Tokens, tokensExtension);
        if (outputs.Contains(CliSession.Pipe) && Json)
        {
            throw new UsageException("--json and an output of - would both write to standard output; write the output to a file.");
        }

        if (Play && outputs.Count > 1)
        {
            throw new UsageException($"--play plays one take, and {outputs.Count} are asked for.");
        }

        foreach (string file in outputs.Where(file => file != CliSession.Pipe))
        {
            RequireKind(file);
        }

        foreach (string file in tokens ?? [])
        {
            _ = CodeFormats.For(file);
        }

        string[] written = [.. outputs.Concat(tokens ?? [])];
        if (written.Where(file => file != CliSession.Pipe).GroupBy(FileIdentity.Resolve, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } shared)
        {
            throw new UsageException($"{shared.Count()} outputs would be written to '{shared.First()}'; give each a name of its own.");
        }

        foreach (string file in written)
        {
            OutputFolder.Prepare(Inputs, file, Force, createFolder: outputs.Count > 1 || Path.EndsInDirectorySeparator(Output ?? ""));
        }

        return [.. outputs.Select((file, take) => new TakeFile(file, tokens?[take]))];
    }

    private void RefuseWhatDoesNotFit(GeneratorInfo generator, IReadOnlyList<TakeFile> files)
    {
        if (generator.Channels > 1 && files.Any(file => EcdcInput.HasExtension(file.Output)))
        {
            throw new UsageException($"'{generator.Name}' makes {generator.Channels} channels, each with the codes of a mono codec, which .ecdc cannot hold: write .wav, and the codes with --tokens.");
        }

        if (Format.Raw is RawPcmFormat raw && (raw.SampleRateHz != generator.SampleRateHz || raw.Channels != generator.Channels))
        {
            throw new UsageException($"--raw says {raw.SampleRateHz} Hz, {Messages.Count(raw.Channels, "channel")}; '{generator.Name}' makes {generator.SampleRateHz} Hz, {Messages.Count(generator.Channels, "channel")}.");
        }
    }

    /// <summary>Reads what to go on from.</summary>
    private async Task<GenerationOptions> WithClipAsync(CliSession session, Generator generator, CancellationToken cancellationToken)
    {
        if (Clip is null)
        {
            return Options;
        }

        if (EcdcInput.HasExtension(Clip))
        {
            await using EcdcFile file = await generator.Codec.OpenAsync(await EcdcInput.OpenAsync(session, Clip, cancellationToken).ConfigureAwait(false), null, cancellationToken).ConfigureAwait(false);
            RequireCodec(CodeOrigin.Of(file.Info), generator);
            return Options with { ContinuationCodes = file.ReadCodes(cancellationToken) };
        }

        if (CodeFormats.Has(Clip))
        {
            CodeArray codes = CodeFormats.For(Clip).Read(Clip);
            RequireCodec(codes.Origin, generator);
            return Options with { ContinuationCodes = new EncodedAudio(codes.Frames * generator.Codec.Info.HopSamples, codes.Codebooks, codes.Segments) };
        }

        using AudioSource source = AudioInput.Open(session, Clip, null);
        return Options with { Continuation = AudioFile.ReadAll(source, Clip) };
    }

    /// <exception cref="BitstreamException">The codes to go on from are of another codec than the generator's.</exception>
    private void RequireCodec(CodeOrigin? origin, Generator generator) =>
        origin?.RequireCodec(Clip!, generator.Codec.Info, generator.Info.Channels, () => generator.Codec.Fingerprint); // There are codes: they have a file.

    /// <exception cref="UsageException">The name promises something else than what is written.</exception>
    /// <exception cref="IOException">The name promises a format that only ffmpeg writes, and there is no ffmpeg.</exception>
    private void RequireKind(string file)
    {
        if (!EcdcInput.HasExtension(file))
        {
            OutputSuffix.RequireAudio(file, Format);
        }
        else if (Format.Raw is not null)
        {
            throw new UsageException($"--raw writes samples without a header, and '{file}' promises codes: leave one out.");
        }

        if (Format.Raw is null && !EcdcInput.HasExtension(file) && !AudioFile.HasKnownExtension(file) && !file.EndsWith(".wave", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"'{file}': .wav or another of audio, .ecdc or, with --raw, samples without a header can be written.");
        }
    }
}
