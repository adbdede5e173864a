using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Compression;

namespace AudioCodec;

/// <content>Codes.</content>
public sealed partial class EcdcFile
{
    /// <summary>Writes codes as a version-0 file, for which no weights are needed; <see cref="Codec.Write"/> writes version 1 too.</summary>
    /// <param name="codes">Codes of the codec.</param>
    /// <param name="codec">The codec, as <see cref="CodecProvider.FindInfo"/> describes it.</param>
    /// <param name="output">Receives the file; need not be seekable. Left open.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The codes do not match their length or the codec.</exception>
    public static long WriteCodes(EncodedAudio codes, CodecInfo codec, Stream output)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(output);
        return EcdcCompressor.Write(codes, output, codec.Config, settings: null);
    }

    /// <summary>Writes codes as a packed version-1 file, for which no weights are needed either where their fingerprint is known.</summary>
    /// <param name="codes">Codes of the codec.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="fingerprint">The first 8 bytes of the fingerprint of its encoder and codebooks.</param>
    /// <param name="original">Sample rate, channels and samples per channel of what was compressed, where they are known.</param>
    /// <param name="output">Receives the file; need not be seekable. Left open.</param>
    /// <exception cref="ArgumentException">The codes do not match their length or the codec.</exception>
    internal static void WriteCodes(
        EncodedAudio codes, CodecInfo codec, ReadOnlyMemory<byte> fingerprint, (int? SampleRateHz, int? Channels, long? LengthSamples) original, Stream output)
    {
        var settings = new EcdcV1Settings
        {
            Geometry = codec.Config.ToEcdcGeometry(),
            Codebooks = codes.Codebooks,
            CodecFingerprint = fingerprint,
            OriginalSampleRateHz = original.SampleRateHz ?? 0,
            OriginalChannels = original.Channels ?? 0,
            OriginalLengthSamples = original.LengthSamples,
        };
        EcdcCompressor.Write(codes, output, codec.Config, settings);
    }

    /// <summary>All codes of the file. The codec is loaded only where they are entropy-coded.</summary>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="BitstreamException">The file is damaged, or was joined or cut, so that its codes are not those of one recording.</exception>
    public EncodedAudio ReadCodes(CancellationToken cancellationToken = default)
    {
        if (_container.Stretches.Count > 1 || _container.Stretches.Any(stretch => stretch.SkipSamples > 0))
        {
            throw new BitstreamException("The file was joined or cut: its codes are not those of one recording. Use the original files.", -1, "index");
        }

        var segments = new List<EncodedSegment>();
        ReadSegments((scale, codes) => segments.Add(new EncodedSegment(scale, codes)), cancellationToken);
        return new EncodedAudio(Info.LengthSamples, Info.Codebooks, segments);
    }

    /// <summary>Counts how the codes are used. The codec is loaded only where they are entropy-coded.</summary>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="BitstreamException">The file is damaged.</exception>
    public Metrics.CodebookUsage CountCodes(CancellationToken cancellationToken = default)
    {
        var usage = new Metrics.CodebookUsage(Info.Codebooks, 1 << Info.BitsPerCode);
        ReadSegments((_, codes) => usage.Add(codes, Info.Codebooks), cancellationToken);
        return usage;
    }

    private void ReadSegments(Action<float, ushort[]> take, CancellationToken cancellationToken)
    {
        if (Info.IsEntropyCoded)
        {
            _ = Model;
        }

        var block = new ushort[1024 * Info.Codebooks];
        for (int i = 0; i < _container.Stretches.Count; i++)
        {
            using IEcdcReader reader = _container.OpenStretch(i);
            while (reader.TryNextSegment(out EcdcSegment segment))
            {
                // Grows with the codes that arrive: a damaged header may claim more than the file holds.
                var codes = new List<ushort>();
                for (int frames = reader.ReadFrames(block); frames > 0; frames = reader.ReadFrames(block))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    codes.AddRange(block.AsSpan(0, frames * Info.Codebooks));
                }

                take(segment.Scale(_container.Geometry), [.. codes]);
            }
        }
    }
}
