using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using AudioCodec.Audio.Flac;

namespace AudioCodec.Audio;

/// <summary>Reads FLAC: every block size, 4 to 32 bits, all subframe and stereo modes, streamed.</summary>
/// <remarks>
/// The checksums of headers, frames and, at the end, of all samples (MD5, where the file has it) are verified; damage throws, as
/// does a file that is cut off. Samples are divided by 2^(bits-1). Source: RFC 9639.
/// </remarks>
public sealed class FlacReader : AudioSource
{
    private const int Id3HeaderBytes = 10;

    private readonly Stream _stream;
    private readonly string _path;
    private readonly bool _leaveOpen;
    private readonly FlacBitReader _bits;
    private readonly FlacStreamInfo _info;
    private readonly IncrementalHash? _md5;
    private readonly long[][] _block;
    private byte[] _packed = [];
    private int _blockStart;
    private int _blockSamples;
    private long _samplesDecoded;
    private long _nextNumber = -1;
    private bool _variableBlocks;
    private bool _ended;

    /// <summary>Reads the metadata.</summary>
    /// <param name="stream">Positioned at the first byte (an ID3 tag may come first); need not be seekable.</param>
    /// <param name="path">Name for messages, <c>-</c> for a pipe.</param>
    /// <param name="leaveOpen">Whether the stream outlives the reader; it is read ahead of what was asked for.</param>
    /// <exception cref="AudioFormatException">No FLAC file, or its metadata are damaged.</exception>
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
        _block = new long[_info.Channels][];
        Array.Fill(_block, []);
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
    public override int Read(Span<float> destination)
    {
        int wanted = destination.Length / Channels;
        if (wanted == 0)
        {
            return 0;
        }

        if (_blockStart == _blockSamples && !DecodeBlock())
        {
            return 0;
        }

        int samples = Math.Min(wanted, _blockSamples - _blockStart);
        float scale = 1f / (1L << (BitsPerSample - 1));
        for (int channel = 0; channel < Channels; channel++)
        {
            ReadOnlySpan<long> row = _block[channel].AsSpan(_blockStart, samples);
            for (int t = 0; t < row.Length; t++)
            {
                destination[(t * Channels) + channel] = row[t] * scale;
            }
        }

        _blockStart += samples;
        return samples;
    }

    /// <summary>Whether a file starts as FLAC does; a tag before it is looked behind where the stream can seek.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> signature, Stream stream)
    {
        if (!stream.CanSeek || !signature[..3].SequenceEqual("ID3"u8))
        {
            return signature[..4].SequenceEqual("fLaC"u8);
        }

        long start = stream.Position;
        int size = ((signature[6] & 0x7F) << 21) | ((signature[7] & 0x7F) << 14) | ((signature[8] & 0x7F) << 7) | (signature[9] & 0x7F);
        stream.Seek(Id3HeaderBytes + size + ((signature[5] & 0x10) != 0 ? Id3HeaderBytes : 0), SeekOrigin.Current);
        Span<byte> behind = stackalloc byte[4];
        stream.ReadAtLeast(behind, 4, throwOnEndOfStream: false);
        stream.Position = start;
        return behind.SequenceEqual("fLaC"u8);
    }

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

    private bool DecodeBlock()
    {
        if (_ended)
        {
            return false;
        }

        // Behind a known number of samples, or where none is known at the stream's end or an ID3v1 tag, there is nothing more.
        bool ended = _info.LengthSamples is long length ? _samplesDecoded >= length : _bits.AtEnd || _bits.Peek(24) == 0x544147;
        if (ended)
        {
            _ended = true;
            CheckMd5();
            return false;
        }

        long offset = _bits.ByteOffset;
        if (_bits.AtEnd)
        {
            throw new AudioFormatException(
                $"'{_path}' is cut off: {_samplesDecoded} of {_info.LengthSamples} samples per channel are there.", _path);
        }

        _bits.Mark();
        if (!FlacFrameHeader.TryRead(_bits, out FlacFrameHeader header))
        {
            _bits.ThrowIfPastEnd();
            throw Damaged(offset, "no valid frame header");
        }

        CheckHeader(header, offset);
        DecodeFrame(header, offset);
        _blockStart = 0;
        _blockSamples = header.BlockSamples;
        _samplesDecoded += header.BlockSamples;
        if (_samplesDecoded > _info.LengthSamples)
        {
            throw Damaged(offset, $"more than the {_info.LengthSamples} samples per channel that its header states");
        }

        UpdateMd5();
        return true;
    }

    private void CheckHeader(FlacFrameHeader header, long offset)
    {
        if (header.Channels != Channels
            || (header.SampleRateHz != 0 && header.SampleRateHz != SampleRateHz)
            || (header.BitsPerSample != 0 && header.BitsPerSample != BitsPerSample))
        {
            throw Damaged(offset, "channels, sample rate or bits per sample change within the file");
        }

        if (_nextNumber >= 0 && (header.Number != _nextNumber || header.VariableBlocks != _variableBlocks))
        {
            throw Damaged(offset, $"frame number {header.Number} where {_nextNumber} was expected, so something is missing");
        }

        _variableBlocks = header.VariableBlocks;
        _nextNumber = header.Number + (header.VariableBlocks ? header.BlockSamples : 1);
    }

    private void DecodeFrame(FlacFrameHeader header, long offset)
    {
        for (int channel = 0; channel < Channels; channel++)
        {
            if (_block[channel].Length < header.BlockSamples)
            {
                _block[channel] = new long[header.BlockSamples];
            }

            bool isSide = channel == (header.ChannelMode == FlacFrameHeader.SideRight ? 0 : 1)
                && header.ChannelMode >= FlacFrameHeader.LeftSide;
            string? fault = FlacSubframe.Read(
                _bits, BitsPerSample + (isSide ? 1 : 0), _block[channel].AsSpan(0, header.BlockSamples));
            _bits.ThrowIfPastEnd();
            if (fault is not null)
            {
                throw Damaged(offset, fault);
            }
        }

        bool zeroPadding = _bits.TryAlign();
        ushort crc = _bits.CrcSinceMark();
        if (_bits.Read(16) != crc || !zeroPadding)
        {
            _bits.ThrowIfPastEnd();
            throw Damaged(offset, "the frame's checksum is wrong");
        }

        _bits.ThrowIfPastEnd();
        Decorrelate(header);
        CheckRange(header.BlockSamples, offset);
    }

    private void Decorrelate(FlacFrameHeader header)
    {
        if (header.ChannelMode < FlacFrameHeader.LeftSide)
        {
            return;
        }

        Span<long> first = _block[0].AsSpan(0, header.BlockSamples);
        Span<long> second = _block[1].AsSpan(0, header.BlockSamples);
        for (int t = 0; t < first.Length; t++)
        {
            switch (header.ChannelMode)
            {
                case FlacFrameHeader.LeftSide:
                    second[t] = first[t] - second[t];
                    break;
                case FlacFrameHeader.SideRight:
                    first[t] += second[t];
                    break;
                default:
                    // The mid channel lost its lowest bit, which is that of the side.
                    long sum = (first[t] << 1) | (second[t] & 1);
                    (first[t], second[t]) = ((sum + second[t]) >> 1, (sum - second[t]) >> 1);
                    break;
            }
        }
    }

    private void CheckRange(int samples, long offset)
    {
        ulong half = 1UL << (BitsPerSample - 1);
        foreach (long[] row in _block)
        {
            bool outside = false;
            foreach (long value in row.AsSpan(0, samples))
            {
                outside |= unchecked((ulong)value + half) >= 2 * half;
            }

            if (outside)
            {
                throw Damaged(offset, $"a sample does not fit into {BitsPerSample} bits");
            }
        }
    }

    /// <summary>The checksum is over interleaved little-endian samples of whole bytes.</summary>
    private void UpdateMd5()
    {
        if (_md5 is null)
        {
            return;
        }

        int width = (BitsPerSample + 7) / 8;
        int bytes = _blockSamples * Channels * width;
        if (_packed.Length < bytes)
        {
            _packed = new byte[bytes];
        }

        for (int channel = 0; channel < Channels; channel++)
        {
            ReadOnlySpan<long> row = _block[channel].AsSpan(0, _blockSamples);
            for (int t = 0; t < row.Length; t++)
            {
                Span<byte> target = _packed.AsSpan(((t * Channels) + channel) * width);
                switch (width)
                {
                    case 1:
                        target[0] = unchecked((byte)row[t]);
                        break;
                    case 2:
                        BinaryPrimitives.WriteInt16LittleEndian(target, unchecked((short)row[t]));
                        break;
                    case 3:
                        BinaryPrimitives.WriteInt16LittleEndian(target, unchecked((short)row[t]));
                        target[2] = unchecked((byte)(row[t] >> 16));
                        break;
                    default:
                        BinaryPrimitives.WriteInt32LittleEndian(target, unchecked((int)row[t]));
                        break;
                }
            }
        }

        _md5.AppendData(_packed, 0, bytes);
    }

    private void CheckMd5()
    {
        if (_md5 is not null && !_md5.GetHashAndReset().AsSpan().SequenceEqual(_info.Md5))
        {
            throw new AudioFormatException(
                $"'{_path}' is damaged: the MD5 checksum of its samples is not the one in its header. Get another copy of the file.", _path);
        }
    }

    private AudioFormatException Damaged(long offset, string reason) => new(
        $"'{_path}' is a damaged FLAC file: {reason} (frame at byte {offset}, sample {_samplesDecoded}).", _path);
}
