namespace AudioCodec.Audio.Flac;

/// <summary>The STREAMINFO block. Source: RFC 9639, 8.2.</summary>
/// <param name="SampleRateHz">1 to 1048575.</param>
/// <param name="Channels">1 to 8.</param>
/// <param name="BitsPerSample">4 to 32.</param>
/// <param name="LengthSamples">Samples per channel, or <see langword="null"/> where the encoder did not know.</param>
/// <param name="Md5">Checksum of all samples, or <see langword="null"/> where the encoder did not compute it.</param>
internal sealed record FlacStreamInfo(int SampleRateHz, int Channels, int BitsPerSample, long? LengthSamples, byte[]? Md5)
{
    private const int BlockBytes = 34;
    private const int StreamInfoType = 0;
    private const int InvalidType = 127;

    /// <summary>Reads the signature and all metadata, up to the first frame.</summary>
    /// <exception cref="AudioFormatException">The stream is not FLAC, or its metadata are damaged.</exception>
    public static FlacStreamInfo Read(FlacBitReader bits, string path)
    {
        if (bits.Read(32) != 0x664C6143)
        {
            throw new AudioFormatException($"'{path}' is not a FLAC file: it does not start with fLaC.", path);
        }

        FlacStreamInfo? info = null;
        for (bool last = false; !last;)
        {
            last = bits.Read(1) == 1;
            int type = (int)bits.Read(7);
            int size = (int)bits.Read(24);
            bits.ThrowIfPastEnd();
            if (info is null && (type != StreamInfoType || size != BlockBytes))
            {
                throw new AudioFormatException($"'{path}' is a damaged FLAC file: it does not start with a STREAMINFO block.", path);
            }

            if (type == InvalidType)
            {
                throw new AudioFormatException(
                    $"'{path}' is a damaged FLAC file: invalid metadata block before byte {bits.ByteOffset}.", path);
            }

            if (info is null)
            {
                info = ReadBlock(bits, path);
            }
            else
            {
                bits.SkipBytes(size);
            }
        }

        return info!; // The first pass of the loop has set it or thrown.
    }

    private static FlacStreamInfo ReadBlock(FlacBitReader bits, string path)
    {
        // Smallest and largest block and frame, which are not needed: buffers grow with the frames.
        bits.SkipBytes(10);
        int sampleRateHz = (int)bits.Read(20);
        int channels = (int)bits.Read(3) + 1;
        int bitsPerSample = (int)bits.Read(5) + 1;
        long samples = (long)bits.Read(36);
        var md5 = new byte[16];
        for (int i = 0; i < md5.Length; i++)
        {
            md5[i] = (byte)bits.Read(8);
        }

        bits.ThrowIfPastEnd();
        if (sampleRateHz == 0 || bitsPerSample < 4)
        {
            throw new AudioFormatException(
                $"'{path}' is a damaged FLAC file: {sampleRateHz} Hz and {bitsPerSample} bits per sample are not possible.", path);
        }

        bool noMd5 = md5.AsSpan().IndexOfAnyExcept((byte)0) < 0;
        return new FlacStreamInfo(sampleRateHz, channels, bitsPerSample, samples == 0 ? null : samples, noMd5 ? null : md5);
    }
}
