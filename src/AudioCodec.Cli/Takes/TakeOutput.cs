using AudioCodec.Audio;
using AudioCodec.Cli.CodeFiles;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;
using AudioCodec.Codecs;

namespace AudioCodec.Cli.Takes;

/// <summary>Writes a take while it is made: audio at once, codes at the end.</summary>
internal sealed class TakeOutput : IDisposable
{
    private readonly Generator _generator;
    private readonly TakeFile _file;
    private readonly IReadOnlyDictionary<string, string> _tags;
    private readonly OutputTarget _target;
    private readonly OutputTarget? _tokens;
    private readonly AudioSink? _audio;
    private readonly List<ushort>? _codes;
    private readonly PeakGuard _guard = new();
    private long _frames;
    private long _samples;

    /// <summary>Opens the files.</summary>
    /// <param name="session">Whose standard output <c>-</c> means.</param>
    /// <param name="generator">The generator.</param>
    /// <param name="file">Where to write.</param>
    /// <param name="format">How samples are written.</param>
    /// <param name="force">Whether files may be replaced.</param>
    /// <param name="lengthSamples">Samples per channel to come, unless the take is stopped.</param>
    /// <param name="tags">Texts for an <c>.ecdc</c> file.</param>
    public TakeOutput(
        CliSession session, Generator generator, TakeFile file, WavFormat format, bool force, long lengthSamples, IReadOnlyDictionary<string, string> tags)
    {
        (_generator, _file, _tags) = (generator, file, tags);
        _target = OutputTarget.Open(session, file.Output, force);
        try
        {
            _tokens = file.Tokens is null ? null : OutputTarget.Open(session, file.Tokens, force);
        }
        catch
        {
            _target.Dispose();
            throw;
        }

        bool compressed = EcdcInput.HasExtension(file.Output);
        _codes = compressed || _tokens is not null ? [] : null;
        _audio = compressed ? null : DecodedOutput.OpenSink(
            _target.Stream,
            file.Output,
            format,
            generator.Info.SampleRateHz,
            generator.Info.Channels,
            _target.Stream.CanSeek ? null : lengthSamples); // A file can be stopped: its length is filled in at the end.
    }

    /// <summary>Writes what was made.</summary>
    /// <returns>The samples as they are written, [T, C]: kept below full scale.</returns>
    public ReadOnlySpan<float> Write(GeneratedBlock block)
    {
        _samples += block.Audio.LengthSamples;
        _frames += block.Codes.Length / _generator.Info.Codebooks;
        _codes?.AddRange(block.Codes.Span);
        float[] samples = block.Audio.Samples.ToArray();
        _guard.Apply(samples);
        _audio?.Write(samples);
        if (!_target.Stream.CanSeek)
        {
            _target.Stream.Flush();
        }

        return samples;
    }

    /// <summary>Ends the files; where nothing was made, none appears.</summary>
    /// <param name="prompt">The text.</param>
    /// <param name="last">The take's last block.</param>
    /// <returns>What was written, or <see langword="null"/> for nothing.</returns>
    public TakeReport? Finish(string prompt, GeneratedBlock last)
    {
        if (_samples == 0)
        {
            return null;
        }

        var codes = new EncodedAudio(_frames * _generator.Codec.Info.HopSamples, _generator.Info.Codebooks, [new EncodedSegment(1, [.. _codes ?? []])]);
        if (_audio is null)
        {
            _generator.Codec.Write(codes, _target.Stream, new CompressionOptions { FormatVersion = 1, Tags = _tags });
        }
        else if (_samples == last.LengthSamples || _target.Stream.CanSeek)
        {
            _audio.Complete();
        }

        if (_tokens is not null)
        {
            string path = _file.Tokens!; // Where it is open it has a name.
            CodeFormats.For(path).Write(_tokens.Stream, new CodeArray(CodeOrigin.Of(_generator), codes.LengthSamples, codes.Codebooks, false, codes.Segments), path);
            _tokens.Commit();
        }

        _target.Commit();
        return new TakeReport(
            _file.Output,
            _file.Tokens,
            prompt,
            last.Take,
            last.Seed,
            _samples == last.LengthSamples,
            Math.Round((double)_samples / _generator.Info.SampleRateHz, 6),
            _samples,
            _generator.Info.SampleRateHz,
            _generator.Info.Channels,
            _frames,
            _generator.Info.Codebooks,
            ReportJson.Round(_guard.Peak, 6),
            _guard.ClippedValues);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _audio?.Dispose();
        _tokens?.Dispose();
        _target.Dispose();
    }
}
