using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using AudioCodec.Audio.Flac;

namespace AudioCodec.Audio;

/// <summary>Reads FLAC: every block size, 4 to 32 bits, all subframe and stereo modes, streamed.</summary>
/// <remarks>
/// The checksums of headers, frames and, at the end, of all samples (MD5, where the file has it) are verified. A frame that is
/// damaged throws; of a file that is cut off, the whole frames are given, with a warning, and so are samples whose MD5 differs
/// though each frame's checksum is right. Samples are divided by 2^(bits-1). Source: RFC 9639.
/// </remarks>
internal sealed class FlacReader : AudioSource
{
    private readonly Stream _stream;
    private readonly string _path;
    private readonly bool _leaveOpen;
    private readonly FlacBitReader _bits;
    private readonly FlacStreamInfo _info;
    private readonly IncrementalHash? _md5;
    private readonly FlacBlock _block;
    private readonly FlacFrameNumbers _numbers = new();
    private readonly List<string> _warnings = [];
    private int _blockStart;
    private long _samplesDecoded;
    private bool _ended;

    /// <summary>Reads the metadata.</summary>
    /// <param name="stream">Positioned at the first byte; need not be seekable.</param>
    /// <param name="path">Name for messages, <c>-</c> for a pipe.</param>
    /// <param name="leaveOpen">Whether the stream outlives the reader; it is read ahead of what was asked for.</param>
    /// <exception cref="AudioFormatException">The stream is not FLAC, or its metadata are damaged.</exception>
    [SuppressMessage("Security", "CA5351", Justification = "The format prescribes MD5; it guards against accidents, not attackers.")]
    public FlacReader(Stream stream, string path = "-", bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _path = path;
        _leaveOpen = leaveOpen;
        _bits = new FlacBitReader(stream, path);
        _info = FlacStreamInfo.Read(_bits, path);
        _md5 = _info.Md5 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        _block = new FlacBlock(_info.Channels, _info.BitsPerSample);
    }

    /// <inheritdoc/>
    public override int SampleRateHz => _info.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => _info.Channels;

    /// <inheritdoc/>
    public override long? LengthSamples => _info.LengthSamples;

    /// <summary>Bits per sample of the file.</summary>
    public int BitsPerSample => _info.BitsPerSample;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => _warnings;

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        int wanted = destination.Length / Channels;
        if (wanted == 0)
        {
            return 0;
        }

        if (_blockStart == _block.LengthSamples && !DecodeBlock())
        {
            return 0;
        }

        int samples = Math.Min(wanted, _block.LengthSamples - _blockStart);
        float scale = 1f / (1L << (BitsPerSample - 1));
        for (int channel = 0; channel < Channels; channel++)
        {
            ReadOnlySpan<long> row = _block.Channel(channel).Slice(_blockStart, samples);
            for (int t = 0; t < row.Length; t++)
            {
                destination[(t * Channels) + channel] = row[t] * scale;
            }
        }

        _blockStart += samples;
        return samples;
    }

    /// <summary>Whether a file starts as FLAC does.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> signature) => signature.StartsWith("fLaC"u8);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _md5?.Dispose();
            if (!_leaveOpen)
            {
                _stream.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    /// <returns>Whether there is a block; not so at the end of the audio, or of what is whole of it.</returns>
    private bool DecodeBlock()
    {
        if (_ended)
        {
            return false;
        }

        // The audio ends after the stated number of samples or, where none is stated, at the end of the stream or an ID3v1 tag.
        _ended = _info.LengthSamples is long length ? _samplesDecoded >= length : _bits.AtEnd || _bits.Peek(24) == 0x544147;
        if (_ended)
        {
            CheckMd5();
            return false;
        }

        try
        {
            ReadFrame();
            return true;
        }
        catch (AudioFormatException) when (_bits.IsPastEnd)
        {
            EndEarly();
            return false;
        }
    }

    private void ReadFrame()
    {
        long offset = _bits.ByteOffset;
        _blockStart = 0;
        _block.Clear();
        _bits.Mark();
        if (!FlacFrameHeader.TryRead(_bits, out FlacFrameHeader header))
        {
            _bits.ThrowIfPastEnd();
            throw Damaged(offset, "no valid frame header");
        }

        CheckHeader(header, offset);
        if (_block.Read(_bits, header) is string fault)
        {
            throw Damaged(offset, fault);
        }

        _samplesDecoded += header.BlockSamples;
        if (_samplesDecoded > _info.LengthSamples)
        {
            throw Damaged(offset, $"more than the {_info.LengthSamples} samples per channel that its header states");
        }

        _md5?.AppendData(_block.Pack());
    }

    private void CheckHeader(FlacFrameHeader header, long offset)
    {
        if (header.Channels != Channels
            || (header.SampleRateHz != 0 && header.SampleRateHz != SampleRateHz)
            || (header.BitsPerSample != 0 && header.BitsPerSample != BitsPerSample))
        {
            throw Damaged(offset, "channels, sample rate or bits per sample change within the file");
        }

        if (!_numbers.TryFollow(header))
        {
            throw Damaged(offset, $"frame number {header.Number} where {_numbers.Expected} was expected, so frames are missing");
        }
    }

    /// <summary>Reports that the stream ended before the audio did.</summary>
    /// <exception cref="AudioFormatException">Nothing is left.</exception>
    private void EndEarly()
    {
        _ended = true;
        string text = _info.LengthSamples is long length
            ? $"its header states {length} samples per channel, it holds {(_samplesDecoded == 0 ? "none" : _samplesDecoded)}."
            : $"it ends within a frame, after {_samplesDecoded} samples per channel.";
        _warnings.Add(_samplesDecoded > 0 ? $"The file is truncated: {text}" : throw new AudioFormatException($"'{_path}' is truncated: {text}", _path));
    }

    private void CheckMd5()
    {
        if (_md5 is not null && !_md5.GetHashAndReset().AsSpan().SequenceEqual(_info.Md5))
        {
            _warnings.Add("The MD5 checksum of the samples is not the one in the file's header: they may not be those that were recorded.");
        }
    }

    private AudioFormatException Damaged(long offset, string reason) => new(
        $"'{_path}' is a damaged FLAC file: {reason} (frame at byte {offset}, sample {_samplesDecoded}).", _path);
}
